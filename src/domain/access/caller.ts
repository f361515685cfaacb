import type { LicenseKey } from '../license/license-key.ts';
import { Product } from '../license/product.ts';
import { latestEnd } from '../shared/clock-skew.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import type { SessionId } from '../user/session-id.ts';
import type { UserId } from '../user/user-id.ts';
import type { TokenAccess } from './api-token.ts';
import { NetworkRange } from './network-range.ts';
import { type Role, SCOPES, type Scope, scopesOf } from './scope.ts';

/**
 * `root`: the administrator's key. `staff`: a session of a person with a role. `token`: an API token. `person`: a session
 * without a role. `license`: a license key. `system`: command line, worker and server.
 */
export type CallerKind = 'root' | 'staff' | 'token' | 'person' | 'license' | 'system' | 'anonymous';

/** The parts of Guildhall that act for themselves. */
export type SystemProgram = 'cli' | 'worker' | 'server';

/** Access without the scope. `null`: the record does not exist, and the scope decides. */
export type Exceptions = Readonly<{
  /** A session of this user. */
  self?: UserId | null;
  /** A session of the owner of this license, or its key. */
  license?: Readonly<{ userId: UserId; key: LicenseKey }> | null;
}>;

/** @property role `null`: none */
type Person = Readonly<{ id: UserId; role: Role | null }>;

type Identity = Readonly<{
  userId?: UserId;
  sessionId?: SessionId;
  role?: Role | undefined;
  licenseKey?: LicenseKey;
  program?: SystemProgram;
  elevatedUntil?: Instant | undefined;
  stepUpTtlMs?: number | undefined;
  missingFactor?: Error | undefined;
  token?: TokenAccess;
}>;

/** Access of a new or changed API token; absent fields do not change. */
type TokenLimits = Readonly<{
  scopes?: readonly Scope[] | undefined;
  products?: readonly string[] | undefined;
  networks?: readonly string[] | undefined;
  expiresAt?: Instant | undefined;
}>;

/** The session is not elevated. The password proves once more that its user is there (RFC 9470). */
export class StepUpRequired extends DomainError {
  override readonly name = 'StepUpRequired';
  /** Maximum age of the proof in whole seconds. */
  readonly maxAgeSeconds: number;

  constructor(stepUpTtlMs: number) {
    super('access.step-up-required', 'Enter the password again first (POST /sessions/elevate).');
    this.maxAgeSeconds = Math.floor(stepUpTtlMs / 1000);
  }
}

/** The authenticated principal of a request, and its permissions. */
export class Caller {
  readonly kind: CallerKind;
  readonly scopes: readonly Scope[];
  readonly userId: UserId | undefined;
  readonly sessionId: SessionId | undefined;
  readonly role: Role | undefined;
  readonly licenseKey: LicenseKey | undefined;
  readonly token: TokenAccess | undefined;
  /** Of the system. */
  readonly program: SystemProgram | undefined;
  /** End of the time after a log-in or step-up. */
  readonly elevatedUntil: Instant | undefined;
  /** `undefined`: this caller needs no step-up. */
  readonly #stepUpTtlMs: number | undefined;
  /** The answer to everything but the own account, until a second factor is set up. */
  readonly #missingFactor: Error | undefined;

  private constructor(kind: CallerKind, scopes: readonly Scope[], identity: Identity = {}) {
    const { userId, sessionId, role, licenseKey, program, elevatedUntil, stepUpTtlMs, missingFactor, token } = identity;
    this.kind = kind;
    this.scopes = scopes;
    this.userId = userId;
    this.sessionId = sessionId;
    this.role = role;
    this.licenseKey = licenseKey;
    this.token = token;
    this.program = program;
    this.elevatedUntil = elevatedUntil;
    this.#stepUpTtlMs = stepUpTtlMs;
    this.#missingFactor = missingFactor;
  }

  static root(): Caller {
    return new Caller('root', SCOPES);
  }

  static system(program: SystemProgram): Caller {
    return new Caller('system', SCOPES, { program });
  }

  /**
   * @param session.administrationIsOpen development without an admin key: every caller has all scopes, and no step-up is needed
   * @param session.stepUpTtlMs maximum age of a step-up in milliseconds
   * @param session.missingFactor the error of a user who needs a second factor and has none
   */
  static inSession({
    administrationIsOpen,
    stepUpTtlMs,
    ...session
  }: {
    userId: UserId;
    sessionId: SessionId;
    role?: Role | undefined;
    elevatedUntil?: Instant | undefined;
    stepUpTtlMs: number;
    missingFactor?: Error | undefined;
    administrationIsOpen: boolean;
  }): Caller {
    const { role } = session;
    const kind = role === undefined ? 'person' : 'staff';
    if (administrationIsOpen) return new Caller(kind, SCOPES, session);
    const scopes = session.missingFactor === undefined ? scopesOf(role) : [];
    return new Caller(kind, scopes, { ...session, stepUpTtlMs });
  }

  /** An application that presents a license key. It acts for that license and for nothing else. */
  static withLicenseKey(licenseKey: LicenseKey): Caller {
    return new Caller('license', [], { licenseKey });
  }

  /**
   * A program with an API token.
   * @param token.scopes those of the token that its owner still has
   */
  static withToken({ scopes, ...token }: TokenAccess & Readonly<{ scopes: readonly Scope[] }>): Caller {
    return new Caller('token', scopes, { token });
  }

  static anonymous({ administrationIsOpen }: { administrationIsOpen: boolean }): Caller {
    return new Caller('anonymous', administrationIsOpen ? SCOPES : []);
  }

  /** Identifies a caller among those of one kind. */
  get id(): string {
    return this.userId ?? this.token?.id ?? this.licenseKey ?? '';
  }

  /** The products whose licenses exist for this caller; `undefined`: all, and licenses without a product. */
  get products(): readonly Product[] | undefined {
    return this.token === undefined || this.token.products.length === 0 ? undefined : this.token.products;
  }

  has(scope: Scope): boolean {
    return this.scopes.includes(scope);
  }

  /**
   * Authorises the caller: by the scope, or by one of the exceptions. The error does not reveal whether the record exists.
   * @throws {DomainError} access.unauthenticated | access.forbidden | mfa.enrolment-required
   */
  require(scope: Scope, { self, license }: Exceptions = {}): void {
    this.#requireFactor();
    if (this.has(scope)) return;
    const owner = self ?? license?.userId;
    if (owner !== undefined && this.userId === owner) return;
    if (license && this.licenseKey === license.key) return;
    const session = self === undefined && license === undefined ? '' : ', or a session of the user concerned';
    const key = license === undefined ? '' : ', or the license key';
    throw this.#denied(`This takes the scope ${scope}${session}${key}.`);
  }

  /** Changes to the account or the sessions of another person with a role take `staff:write` in addition. */
  hasStaffAccess({ id, role }: Person): boolean {
    return role === null || this.userId === id || this.has('staff:write');
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden: without {@link hasStaffAccess} */
  requireStaffAccess(person: Person): void {
    if (!this.hasStaffAccess(person)) this.require('staff:write');
  }

  /**
   * Sensitive changes in a session take a log-in or a step-up that is no older than the time set.
   * @throws {StepUpRequired} access.step-up-required
   */
  requireStepUp(at: Instant): void {
    const ttlMs = this.#stepUpTtlMs;
    if (ttlMs === undefined) return;
    const until = this.elevatedUntil;
    // A later end was set by a clock that was ahead.
    if (until === undefined || at >= until || until > latestEnd(ttlMs, at)) throw new StepUpRequired(ttlMs);
  }

  /**
   * Licenses of other products do not exist for a caller that is restricted to some.
   * @throws {DomainError} license.not-found
   */
  requireVisible({ product }: Readonly<{ product: Product | null }>): void {
    if (!this.#mayUse(product)) throw new DomainError('license.not-found', 'There is no such license.');
  }

  /**
   * A license is issued for, or moved to, one of the caller's products.
   * @param product as a client gives it; `null`: none
   * @throws {DomainError} token.product-refused
   */
  requireProduct(product: string | null): void {
    if (this.#mayUse(product)) return;
    throw new DomainError('token.product-refused', 'This token is not allowed for this product.');
  }

  /**
   * A token is allowed nothing that its creator is not. Staff and tokens only: others are judged by the scope.
   * @throws {DomainError} token.scope-too-wide | mfa.enrolment-required
   */
  requireWithin({ scopes = [], products, networks, expiresAt }: TokenLimits): void {
    this.#requireFactor();
    if (this.kind !== 'staff' && this.kind !== 'token') return;
    const surplus = scopes.filter((scope) => !this.has(scope));
    const { token } = this;
    const isWithin =
      surplus.length === 0 &&
      (products === undefined || this.products === undefined || isSubset(products, (each) => this.#mayUse(each))) &&
      (networks === undefined ||
        !token?.networks.length ||
        isSubset(networks, (each) => covers(token.networks, each))) &&
      (expiresAt === undefined || token === undefined || expiresAt <= token.expiresAt);
    if (isWithin) return;
    const what = surplus.length === 0 ? '' : ` You do not have ${surplus.join(', ')}.`;
    throw new DomainError('token.scope-too-wide', `A token is allowed no more than its creator.${what}`);
  }

  /**
   * Rejects anonymous callers, and sessions that lack a second factor, before the store is asked. Not for the own account.
   * @throws {DomainError} access.unauthenticated | mfa.enrolment-required
   */
  requireAuthenticated(): void {
    this.#requireFactor();
    if (this.kind !== 'anonymous' || this.scopes.length > 0) return;
    throw this.#denied('Log in, or show an administrator’s key or a license key.');
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  requireSystem(): void {
    if (this.kind !== 'system') throw this.#denied('Only the command line may do this.');
  }

  /** @throws {DomainError} access.unauthenticated: also for a token, whatever its owner may do */
  requireSession(): Readonly<{ userId: UserId; sessionId: SessionId }> {
    const { userId, sessionId } = this;
    if (userId !== undefined && sessionId !== undefined) return { userId, sessionId };
    throw new DomainError('access.unauthenticated', 'Log in first.');
  }

  /** Changing credentials takes the current password, unless they are those of another user. */
  needsCurrentPassword(userId: UserId): boolean {
    return this.userId === userId || !this.has('users:credentials');
  }

  #requireFactor(): void {
    if (this.#missingFactor !== undefined) throw this.#missingFactor;
  }

  #mayUse(product: string | null): boolean {
    return this.products === undefined || (product !== null && this.products.includes(Product.normalize(product)));
  }

  #denied(text: string): DomainError {
    return new DomainError(this.kind === 'anonymous' ? 'access.unauthenticated' : 'access.forbidden', text);
  }
}

/** No entry at all would be no restriction. */
const isSubset = (texts: readonly string[], isOurs: (text: string) => boolean): boolean =>
  texts.length > 0 && texts.every(isOurs);

const covers = (ranges: readonly NetworkRange[], network: string): boolean =>
  ranges.some((range) => NetworkRange.covers(range, network));
