import { DomainError } from '../shared/domain-error.ts';
import type { SessionId } from '../user/session-id.ts';
import type { UserId } from '../user/user-id.ts';

/** Who is asking, and what they may do. */
export class Caller {
  readonly isAdministrator: boolean;
  readonly userId: UserId | undefined;
  readonly sessionId: SessionId | undefined;

  private constructor(isAdministrator: boolean, userId?: UserId, sessionId?: SessionId) {
    this.isAdministrator = isAdministrator;
    this.userId = userId;
    this.sessionId = sessionId;
  }

  static administrator(): Caller {
    return new Caller(true);
  }

  /** @param session.administrationIsOpen development without an admin key: whoever comes may administer */
  static inSession(session: { userId: UserId; sessionId: SessionId; administrationIsOpen: boolean }): Caller {
    return new Caller(session.administrationIsOpen, session.userId, session.sessionId);
  }

  static anonymous({ administrationIsOpen }: { administrationIsOpen: boolean }): Caller {
    return new Caller(administrationIsOpen);
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  mustAdminister(): void {
    if (this.isAdministrator) return;
    throw this.#refusal('Only an administrator may do this.');
  }

  /**
   * A stranger learns nothing here about whether `userId` exists.
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  mustBe(userId: UserId): void {
    if (this.isAdministrator || this.userId === userId) return;
    throw this.#refusal('Only an administrator or the person themselves may do this.');
  }

  /** @throws {DomainError} access.unauthenticated */
  mustBeSomebody(): UserId {
    if (this.userId === undefined) throw new DomainError('access.unauthenticated', 'Log in first.');
    return this.userId;
  }

  /** Changing how one logs in takes the password once more, unless an administrator does it for somebody else. */
  mustProvePasswordToChange(userId: UserId): boolean {
    return this.userId === userId || !this.isAdministrator;
  }

  #refusal(sentence: string): DomainError {
    return this.userId === undefined
      ? new DomainError('access.unauthenticated', sentence)
      : new DomainError('access.forbidden', sentence);
  }
}
