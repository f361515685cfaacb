/** Permissions beyond a caller's own account and licenses. A closed list. */
export const SCOPES = [
  'users:read',
  'users:write',
  'users:delete',
  'users:credentials',
  'users:ban',
  'licenses:read',
  'licenses:write',
  'licenses:revoke',
  'audit:read',
  'exports:read',
  'tokens:write',
  'staff:write',
  'metrics:read',
] as const;

export type Scope = (typeof SCOPES)[number];

export const ROLES = {
  admin: SCOPES,
  support: ['users:read', 'users:write', 'users:ban', 'licenses:read', 'licenses:write'],
  reader: ['users:read', 'licenses:read'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

export type Role = keyof typeof ROLES;

/** Scopes of a person. @param role `null` or `undefined`: none */
export const scopesOf = (role: Role | null | undefined): readonly Scope[] => (role ? ROLES[role] : []);

/** From the highest to the lowest. */
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

export const isHigherRole = (role: Role, than: Role): boolean => ROLE_NAMES.indexOf(role) < ROLE_NAMES.indexOf(than);
