import type { LicenseKey } from '../license/license-key.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { SessionId } from '../user/session-id.ts';
import type { UserId } from '../user/user-id.ts';

/** Who is asking, and what they may do. */
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

  /** @param session.administrationIsOpen development without an admin key: whoever comes may administer */
  static inSession(session: { userId: UserId; sessionId: SessionId; administrationIsOpen: boolean }): Caller {
    return new Caller(session.administrationIsOpen, session.userId, session.sessionId);
  }

  /** An application that shows a license key acts for that license and for nothing else, wherever it runs. */
  static withLicenseKey(licenseKey: LicenseKey): Caller {
    return new Caller(false, undefined, undefined, licenseKey);
  }

  static anonymous({ administrationIsOpen }: { administrationIsOpen: boolean }): Caller {
    return new Caller(administrationIsOpen);
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  requireAdministrator(): void {
    if (this.isAdministrator) return;
    throw this.#refusal('Only an administrator may do this.');
  }

  /**
   * A stranger learns nothing here about whether `userId` exists.
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  requireSelfOrAdministrator(userId: UserId): void {
    if (this.isAdministrator || this.userId === userId) return;
    throw this.#refusal('Only an administrator or the person themselves may do this.');
  }

  /**
   * For those who have shown anything at all, before a look into the store.
   * @throws {DomainError} access.unauthenticated
   */
  requireAuthenticated(): void {
    if (this.isAdministrator || !this.#isStranger()) return;
    throw this.#refusal('Log in, or show an administrator’s key or a license key.');
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  requireLicenseAccess(license: Readonly<{ userId: UserId; key: LicenseKey }>): void {
    if (this.isAdministrator || this.userId === license.userId || this.licenseKey === license.key) return;
    throw this.#refusal('Only an administrator, the owner or who holds the license key may do this.');
  }

  /** @throws {DomainError} access.unauthenticated */
  requireUser(): UserId {
    if (this.userId === undefined) throw new DomainError('access.unauthenticated', 'Log in first.');
    return this.userId;
  }

  /** Changing how one logs in takes the password once more, unless an administrator does it for somebody else. */
  needsCurrentPassword(userId: UserId): boolean {
    return this.userId === userId || !this.isAdministrator;
  }

  #isStranger(): boolean {
    return this.userId === undefined && this.licenseKey === undefined;
  }

  #refusal(sentence: string): DomainError {
    return this.#isStranger()
      ? new DomainError('access.unauthenticated', sentence)
      : new DomainError('access.forbidden', sentence);
  }
}
