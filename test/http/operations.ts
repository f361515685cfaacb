import type { TestApp } from './test-app.ts';

export type Schema = Readonly<{
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  [keyword: string]: unknown;
}>;

type Parameter = Readonly<{ name: string; in: 'path' | 'query'; schema: Schema }>;

/** What the OpenAPI document says of one route and method. */
export type Operation = Readonly<{
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  template: string;
  parameters: readonly Parameter[];
  /** By media type; empty where the route takes no body. */
  bodies: Readonly<Record<string, Schema>>;
  /** Whether a body must be sent at all. */
  isBodyNeeded: boolean;
  responses: Readonly<Record<string, unknown>>;
  tags?: readonly string[];
  security?: readonly Readonly<Record<string, unknown>>[];
}>;

/** Read from the document, so that a new route is in every table of tests from its first day. */
export const operationsOf = ({ document }: Pick<TestApp, 'document'>): readonly Operation[] => {
  const { paths, components }: { paths?: object; components?: { schemas?: object } } = document;
  const schemas = components?.schemas as Record<string, Schema>;
  const resolved = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (schemas[String(schema.$ref).split('/').at(-1) ?? ''] ?? schema);
  return Object.entries(paths ?? {}).flatMap(([template, byMethod]) =>
    Object.entries(byMethod as Record<string, RawOperation>).map(([method, raw]) => ({
      ...raw,
      method: method.toUpperCase(),
      template,
      parameters: raw.parameters ?? [],
      isBodyNeeded: raw.requestBody?.required === true,
      bodies: Object.fromEntries(
        Object.entries(raw.requestBody?.content ?? {}).map(([mediaType, { schema }]) => [mediaType, resolved(schema)]),
      ),
    })),
  );
};

type RawOperation = Omit<Operation, 'method' | 'template' | 'parameters' | 'bodies' | 'isBodyNeeded'> & {
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
};

/** The routes of the router, read from its printed tree: `├── /path (GET, HEAD)`, indented by four a level. */
export const routesServed = ({ app }: Pick<TestApp, 'app'>): string[] => {
  const prefixes: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      if (part === '') return [];
      prefixes.length = indent.length / 4;
      const path = prefixes.join('') + part;
      prefixes.push(part);
      return methods.split(', ').flatMap((method) => (['', 'HEAD'].includes(method) ? [] : [`${method} ${path}`]));
    })
    .map((route) => route.replace(/\/\//g, '/'));
};

/** A UUIDv7 that is no id in a store. */
export const UNKNOWN_ID = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';

/** The path with a valid value for each parameter. */
export const pathOf = ({ template }: Pick<Operation, 'template'>, id: string = UNKNOWN_ID): string =>
  template.replaceAll(/\{\w+\}/g, id);

type Body = Readonly<Record<string, string | number | readonly string[]>>;

/** A body that has the right form, by operation. A route with a body must be here, or the tests of all routes fail. */
export const VALID_BODIES: Readonly<Record<string, Body>> = {
  register: { email: 'eve@example.com', password: 'a harmless pass phrase', age: 33, name: 'Eve' },
  completeRegistration: {
    email: 'eve@example.com',
    confirmation_token: 'x'.repeat(43),
    password: 'a harmless pass phrase',
    age: 33,
    name: 'Eve',
  },
  confirmEmail: { confirmation_token: 'x'.repeat(43) },
  logIn: { email: 'eve@example.com', password: 'a harmless pass phrase' },
  completeLogIn: { challenge: 'x'.repeat(43), code: '123456' },
  confirmSecondFactor: { code: '123456' },
  elevateSession: { password: 'a harmless pass phrase' },
  requestPasswordReset: { email: 'eve@example.com' },
  resetPassword: { email: 'eve@example.com', reset_token: 'x'.repeat(43), new_password: 'a harmless new phrase' },
  createUser: { email: 'eve@example.com', password: 'a harmless pass phrase', age: 33, name: 'Eve' },
  updateUser: { name: 'Eve' },
  banUser: { reason: 'Chargeback' },
  putStaff: { role: 'reader' },
  createToken: { name: 'build server', scopes: ['licenses:read'] },
  updateToken: { name: 'deployment' },
  rotateToken: { overlap_s: 60 },
  issueLicense: { product: 'editor', grace_days: 3 },
  updateLicense: { grace_days: 3 },
  renewLicense: { days: 30 },
  activateLicense: { name: 'Eve’s laptop' },
  validateLicense: { license_key: '00000-00000-00000-00000-00000-00000', fingerprint: 'm1' },
  lookUpLicense: { license_key: '00000-00000-00000-00000-00000-00000' },
  checkOutLicense: { fingerprint: 'm1', ttl: 60 },
  importUsers: { count: 1 },
  generatePassword: { length: 12, complexity: 4 },
  ratePassword: { password: 'a harmless pass phrase' },
};

/** Only what the schema of this media type knows. */
export const validBody = ({ operationId, bodies }: Operation, mediaType: string): Body => {
  const valid = VALID_BODIES[operationId];
  if (valid === undefined) throw new Error(`VALID_BODIES has none for ${operationId}`);
  const known = bodies[mediaType]?.properties ?? {};
  return Object.fromEntries(Object.entries(valid).filter(([field]) => field in known));
};
