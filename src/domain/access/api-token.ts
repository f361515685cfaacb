import { oneLineText } from '../license/one-line-text.ts';
import { Product } from '../license/product.ts';
import type { Brand } from '../shared/brand.ts';
import { collectErrors, optional } from '../shared/collect-errors.ts';
import { DomainError } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import { type Field, message } from '../shared/message.ts';
import { isUnchanged } from '../shared/unchanged.ts';
import { idParser } from '../shared/uuid.ts';
import { wholeNumber } from '../shared/whole-number.ts';
import type { Email } from '../user/email.ts';
import type { TokenHash } from '../user/token-hash.ts';
import type { UserId } from '../user/user-id.ts';
import { NetworkRange } from './network-range.ts';
import { type Role, SCOPES, type Scope, scopesOf } from './scope.ts';

/** UUIDv7: sorted by id, tokens are sorted by the time of creation. */
export type ApiTokenId = Brand<string, 'ApiTokenId'>;
export const ApiTokenId = idParser<ApiTokenId>('token id');

/** Name of a token, for people: 1 to 100 characters on one line. */
export type ApiTokenName = Brand<string, 'ApiTokenName'>;
export const ApiTokenName = oneLineText<ApiTokenName>('name', 100);

/** Scopes that no token has: with one, a program could give itself or others more. */
const FORBIDDEN: readonly Scope[] = ['staff:write', 'tokens:write', 'users:credentials', 'users:delete'];
/** Scopes that a token may have. */
export const TOKEN_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !FORBIDDEN.includes(scope));
/** Nor a token for some products: these scopes concern those of other products too. */
const FORBIDDEN_WITH_PRODUCTS: readonly Scope[] = ['audit:read', 'exports:read', 'users:ban', 'metrics:read'];

export const MAX_NETWORKS = 32;
export const MAX_PRODUCTS = 64;
export const DEFAULT_DAYS = 90;
export const DEFAULT_OVERLAP_S = 3_600;
export const MAX_DAYS = 400;
export const MAX_OVERLAP_S = 604_800;

/** Live tokens of one owner; those without an owner count as of one. */
export const MAX_LIVE_TOKENS = 100;

/** Time for which an expired token stays in the list. Unit: milliseconds. */
export const EXPIRED_TOKEN_RETENTION_MS = 30 * DAY_MS;

/** Where a token is valid, and for what beside its scopes. */
export type TokenAccess = Readonly<{
  id: ApiTokenId;
  /** `null`: created by the administrator's key or on the command line. */
  ownerId: UserId | null;
  /** Empty: licenses of all products, and those without one. */
  products: readonly Product[];
  /** Empty: any network. */
  networks: readonly NetworkRange[];
  expiresAt: Instant;
}>;

/** The stored state of a token. */
export type ApiTokenSnapshot = TokenAccess &
  Readonly<{
    name: ApiTokenName;
    scopes: readonly Scope[];
    tokenHash: TokenHash;
    hint: string;
    createdAt: Instant;
    /** Lifetime from its creation or its last rotation. */
    days: number;
    /** The secret before the last rotation, while it is still valid. */
    previous: Readonly<{ tokenHash: TokenHash; validUntil: Instant }> | null;
    /** Both are sampled. */
    lastUsedAt: Instant | null;
    lastUsedIp: string | null;
    /** Number of saves; 0 before the first. */
    version: number;
  }>;

/** The person that a token belongs to, as they are now. @property role `null`: none */
export type TokenOwner = Readonly<{ email: Email; role: Role | null; isBanned: boolean; isSample: boolean }>;

/**
 * Settings of the service about owners.
 * @property administrationIsOpen every owner has all scopes
 * @property refusesSamples tokens of the sample administrator are rejected
 */
export type OwnerRules = Readonly<{ administrationIsOpen: boolean; refusesSamples: boolean }>;

/** A new token as a client asks for it. */
export type ApiTokenInput = Readonly<{
  name: string;
  scopes: readonly Scope[];
  products?: readonly string[] | undefined;
  networks?: readonly string[] | undefined;
  expiresInDays?: number | undefined;
}>;

export type ApiTokenChange = Readonly<{ name?: string | undefined; networks?: readonly string[] | undefined }>;

/** The stored part of a secret. */
export type StoredSecret = Pick<ApiTokenSnapshot, 'tokenHash' | 'hint'>;

/**
 * A credential of a program: scopes, for some products or all, from some networks or any, until its end. Its secret is
 * shown once. A rotation gives it a new one, and the old one stays valid for an overlap.
 *
 * Immutable: a change returns the next token, or this one where nothing changes, or throws a DomainError and leaves this
 * one unchanged.
 */
export class ApiToken {
  readonly #state: ApiTokenSnapshot;

  private constructor(state: ApiTokenSnapshot) {
    this.#state = state;
  }

  /** @throws {DomainError} token.invalid, with all broken rules */
  static issue(
    input: ApiTokenInput & StoredSecret & Readonly<{ id: ApiTokenId; ownerId: UserId | null; at: Instant }>,
  ): ApiToken {
    const { id, ownerId, tokenHash, hint, at, products = [], networks = [] } = input;
    const parsed = collectErrors('token.invalid', {
      name: () => ApiTokenName.parse(input.name),
      scopes: () => parseScopes(input.scopes, products.length > 0),
      products: () => parseAll('products', products, MAX_PRODUCTS, Product.parse),
      networks: () => parseNetworks(networks),
      days: () => wholeNumber('token.invalid', 'expiresInDays', input.expiresInDays ?? DEFAULT_DAYS, 1, MAX_DAYS),
    });
    return new ApiToken({
      ...parsed,
      id,
      ownerId,
      tokenHash,
      hint,
      createdAt: at,
      expiresAt: ApiToken.endOf(parsed.days, at),
      previous: null,
      lastUsedAt: null,
      lastUsedIp: null,
      version: 0,
    });
  }

  /** The end of a token that begins at `at`. */
  static endOf(days: number | undefined, at: Instant): Instant {
    return Instant.plusMs(at, (days ?? DEFAULT_DAYS) * DAY_MS);
  }

  /** Restores a stored token. For stores only. */
  static fromSnapshot(snapshot: ApiTokenSnapshot): ApiToken {
    return new ApiToken(snapshot);
  }

  get id(): ApiTokenId {
    return this.#state.id;
  }

  get ownerId(): UserId | null {
    return this.#state.ownerId;
  }

  get version(): number {
    return this.#state.version;
  }

  /** Half-open: live before its end, expired at it. */
  isLive(at: Instant): boolean {
    return at < this.#state.expiresAt;
  }

  /** Whether the secret with this hash opens the token to a client at this address. */
  accepts(tokenHash: TokenHash, { at, ip }: Readonly<{ at: Instant; ip: string }>): boolean {
    const { tokenHash: present, previous, networks } = this.#state;
    const isValid = tokenHash === present || (tokenHash === previous?.tokenHash && at < previous.validUntil);
    return (
      isValid && this.isLive(at) && (networks.length === 0 || networks.some((each) => NetworkRange.contains(each, ip)))
    );
  }

  /**
   * Limits the token to what its owner may do.
   * @param owner `null`: the token has none, and keeps all its scopes
   * @returns blockedBy: why it is rejected for now, whatever its scopes; scopes: those that the owner has too
   */
  within(
    owner: TokenOwner | null,
    { administrationIsOpen, refusesSamples }: OwnerRules,
  ): Readonly<{ blockedBy?: 'ban' | 'sample'; scopes: readonly Scope[] }> {
    const { scopes } = this.#state;
    if (owner === null) return { scopes };
    const held = administrationIsOpen ? SCOPES : scopesOf(owner.role);
    const kept = scopes.filter((scope) => held.includes(scope));
    if (owner.isBanned) return { blockedBy: 'ban', scopes: kept };
    return owner.isSample && refusesSamples ? { blockedBy: 'sample', scopes: kept } : { scopes: kept };
  }

  /** @throws {DomainError} token.invalid, with all broken rules */
  change({ name, networks }: ApiTokenChange): ApiToken {
    return this.#next(
      collectErrors<Partial<Pick<ApiTokenSnapshot, 'name' | 'networks'>>>('token.invalid', {
        name: optional(name, ApiTokenName.parse),
        networks: optional(networks, parseNetworks),
      }),
    );
  }

  /**
   * Gives the token a new secret and its whole lifetime anew. The secret of the rotation before ends at once, the present
   * one after the overlap, or at its own end where that comes first.
   * @param options.presentHint hint of the secret that the caller means to replace; `undefined`: any
   * @throws {DomainError} token.invalid | token.stale: another secret is the present one
   */
  rotate(
    secret: StoredSecret,
    {
      overlapS = DEFAULT_OVERLAP_S,
      presentHint,
      at,
    }: { overlapS?: number | undefined; presentHint?: string | undefined; at: Instant },
  ): ApiToken {
    const { tokenHash, hint, days, expiresAt } = this.#state;
    if (presentHint !== undefined && presentHint !== hint) {
      throw new DomainError(
        'token.stale',
        `This token was rotated since, perhaps by a repetition of this request: it ends in ${hint} now. Where no one has that secret, rotate again, and the one before it ends at once.`,
      );
    }
    const overlapMs = wholeNumber('token.invalid', 'overlapS', overlapS, 0, MAX_OVERLAP_S) * 1_000;
    const overlapEnd = Instant.plusMs(at, overlapMs);
    const validUntil = overlapEnd < expiresAt ? overlapEnd : expiresAt;
    const previous = validUntil > at ? { tokenHash, validUntil } : null;
    return this.#next({ ...secret, expiresAt: ApiToken.endOf(days, at), previous });
  }

  toSnapshot(): ApiTokenSnapshot {
    return this.#state;
  }

  #next(change: Partial<ApiTokenSnapshot>): ApiToken {
    return isUnchanged(this.#state, change) ? this : new ApiToken({ ...this.#state, ...change });
  }
}

const parseScopes = (scopes: readonly Scope[], hasProducts: boolean): readonly Scope[] => {
  if (scopes.length === 0) throw new DomainError('token.invalid', message`${'scopes'} must hold at least one scope.`);
  const forbidden = hasProducts ? [...FORBIDDEN, ...FORBIDDEN_WITH_PRODUCTS] : FORBIDDEN;
  const surplus = scopes.filter((scope) => forbidden.includes(scope));
  if (surplus.length === 0) return [...new Set(scopes)];
  const detail = hasProducts
    ? message`${'scopes'} of a token for products must not have ${surplus}.`
    : message`${'scopes'} of a token must not have ${surplus}.`;
  throw new DomainError('token.invalid', detail);
};

const parseNetworks = (networks: readonly string[]): readonly NetworkRange[] =>
  parseAll('networks', networks, MAX_NETWORKS, (raw) => {
    const range = NetworkRange.tryParse(raw);
    if (range !== undefined) return range;
    throw new DomainError(
      'token.invalid',
      message`${'networks'} must be networks such as 192.0.2.0/24 or 2001:db8::/32.`,
    );
  });

const parseAll = <T>(field: Field, raw: readonly string[], max: number, parse: (raw: string) => T): readonly T[] => {
  if (raw.length <= max) return [...new Set(raw.map(parse))];
  throw new DomainError('token.invalid', message`${field} must have at most ${max} entries.`);
};
