import type { LicenseKey } from '../license/license-key.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { SessionId } from '../user/session-id.ts';
import type { UserId } from '../user/user-id.ts';

/** The authenticated principal of a request, and its permissions. */
export class Caller {
  readonly isAdministrator: boolean;
  readonly userId: UserId | undefined;
  readonly sessionId: SessionId | undefined;
  readonly licenseKey: LicenseKey | undefined;

  private constructor(isAdministrator: boolean, userId?: UserId, sessionId?: SessionId, licenseKey?: LicenseKey) {
    this.isAdministrator = isAdministrator;
    this.userId = userId;
    this.sessionId = sessionId;
    this.licenseKey = licenseKey;
  }

  static administrator(): Caller {
    return new Caller(true);
  }

  /** @param session.administrationIsOpen development without an admin key: every caller is an administrator */
  static inSession(session: { userId: UserId; sessionId: SessionId; administrationIsOpen: boolean }): Caller {
    return new Caller(session.administrationIsOpen, session.userId, session.sessionId);
  }

  /** An application that presents a license key. It acts for that license and for nothing else. */
  static withLicenseKey(licenseKey: LicenseKey): Caller {
    return new Caller(false, undefined, undefined, licenseKey);
  }

  static anonymous({ administrationIsOpen }: { administrationIsOpen: boolean }): Caller {
    return new Caller(administrationIsOpen);
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  requireAdministrator(): void {
    if (this.isAdministrator) return;
    throw this.#denied('Only an administrator may do this.');
  }

  /**
   * The error does not reveal whether `userId` exists.
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  requireSelfOrAdministrator(userId: UserId): void {
    if (this.isAdministrator || this.userId === userId) return;
    throw this.#denied('Only an administrator or the person themselves may do this.');
  }

  /**
   * Rejects anonymous callers before the store is asked.
   * @throws {DomainError} access.unauthenticated
   */
  requireAuthenticated(): void {
    if (this.isAdministrator || !this.#isAnonymous()) return;
    throw this.#denied('Log in, or show an administrator’s key or a license key.');
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  requireLicenseAccess(license: Readonly<{ userId: UserId; key: LicenseKey }>): void {
    if (this.isAdministrator || this.userId === license.userId || this.licenseKey === license.key) return;
    throw this.#denied('Only an administrator, the owner or who holds the license key may do this.');
  }

  /** @throws {DomainError} access.unauthenticated */
  requireUser(): UserId {
    if (this.userId === undefined) throw new DomainError('access.unauthenticated', 'Log in first.');
    return this.userId;
  }

  /** Changing credentials takes the current password, unless an administrator changes those of another user. */
  needsCurrentPassword(userId: UserId): boolean {
    return this.userId === userId || !this.isAdministrator;
  }

  #isAnonymous(): boolean {
    return this.userId === undefined && this.licenseKey === undefined;
  }

  #denied(text: string): DomainError {
    return new DomainError(this.#isAnonymous() ? 'access.unauthenticated' : 'access.forbidden', text);
  }
}
