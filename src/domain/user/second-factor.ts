import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { Secret } from '../shared/secret.ts';
import type { UserId } from './user-id.ts';

/** Time in which a new factor is confirmed by its first code. Unit: milliseconds. */
const PENDING_MS = 10 * 60_000;

export type SecondFactorSnapshot = Readonly<{
  userId: UserId;
  /** The encrypted seed. */
  sealedSeed: string;
  /** `null`: pending. */
  confirmedAt: Instant | null;
  /** End of a pending one; `null` once it is confirmed. */
  expiresAt: Instant | null;
  /** Time step of the code that was accepted last; `null`: none was. */
  lastStep: number | null;
}>;

/** A second factor: one-time passwords by time (RFC 6238). A user has at most one. Immutable. */
export class SecondFactor {
  readonly #state: SecondFactorSnapshot;

  private constructor(state: SecondFactorSnapshot) {
    this.#state = state;
  }

  static begin({
    userId,
    sealedSeed,
    at,
  }: Readonly<{ userId: UserId; sealedSeed: string; at: Instant }>): SecondFactor {
    const expiresAt = Instant.plusMs(at, PENDING_MS);
    return new SecondFactor({ userId, sealedSeed, confirmedAt: null, expiresAt, lastStep: null });
  }

  /** Restores a stored factor. For stores only. */
  static fromSnapshot(snapshot: SecondFactorSnapshot): SecondFactor {
    return new SecondFactor(snapshot);
  }

  static notFound(): DomainError {
    return new DomainError('mfa.not-found', 'This account has no second factor.');
  }

  /** One error for every reason, so that a guess reveals nothing. */
  static refused(): DomainError {
    return new DomainError(
      'mfa.refused',
      'The code is wrong, used or expired. Enter the next one, or log in again if the log-in took too long.',
    );
  }

  /** The digits of a code, without the spaces and hyphens that apps show and people type. */
  static digitsOf(code: Secret): string {
    return code.reveal().replaceAll(/[\s-]/g, '');
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  get sealedSeed(): string {
    return this.#state.sealedSeed;
  }

  get confirmedAt(): Instant | null {
    return this.#state.confirmedAt;
  }

  get isConfirmed(): boolean {
    return this.#state.confirmedAt !== null;
  }

  /** Half-open: not pending at the end. */
  isPending(at: Instant): boolean {
    const { confirmedAt, expiresAt } = this.#state;
    return confirmedAt === null && expiresAt !== null && at < expiresAt;
  }

  /** The step that confirms it is used. */
  confirm(step: number, at: Instant): SecondFactor {
    return new SecondFactor({ ...this.#state, confirmedAt: at, expiresAt: null, lastStep: step });
  }

  /** Each step is accepted once, and none before it any more. `undefined`: not accepted. */
  accept(step: number): SecondFactor | undefined {
    const { lastStep } = this.#state;
    return lastStep !== null && step <= lastStep ? undefined : new SecondFactor({ ...this.#state, lastStep: step });
  }

  toSnapshot(): SecondFactorSnapshot {
    return this.#state;
  }
}
