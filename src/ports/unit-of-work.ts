import type { ActivationRepository } from './activation-repository.ts';
import type { AttemptCounters } from './attempt-counters.ts';
import type { LicenseRepository } from './license-repository.ts';
import type { Outbox } from './outbox.ts';
import type { PairHistory } from './pair-history.ts';
import type { PasswordResetRepository } from './password-reset-repository.ts';
import type { Retention } from './retention.ts';
import type { SessionRepository } from './session-repository.ts';
import type { SigningKeyRepository } from './signing-key-repository.ts';
import type { UserRepository } from './user-repository.ts';

/** The stores, inside one transaction. */
export interface Stores {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly passwordResets: PasswordResetRepository;
  readonly attempts: AttemptCounters;
  readonly outbox: Outbox;
  readonly retention: Retention;
  readonly pairHistory: PairHistory;
  readonly licenses: LicenseRepository;
  readonly activations: ActivationRepository;
  readonly signingKeys: SigningKeyRepository;
}

/** Every adapter passes test/contracts/unit-of-work.contract.ts. */
export interface UnitOfWork {
  /**
   * Runs `work` in one transaction: all of it is kept, or none if `work` throws.
   *
   * Touch only the `stores` handed in: another store sees nothing of this transaction, and another unit of work inside
   * this one would wait for it. No network and no hashing in here: units of work that wait together may share one
   * commit, and then wait for the slowest of them. The work may be run again where another writer was in the way.
   */
  run<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}
