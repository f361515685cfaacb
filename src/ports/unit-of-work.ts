import type { ActivationRepository } from './activation-repository.ts';
import type { ApiTokenRepository } from './api-token-repository.ts';
import type { AttemptCounters } from './attempt-counters.ts';
import type { AuditLog } from './audit-log.ts';
import type { ConfirmationRepository } from './confirmation-repository.ts';
import type { DailyCounts } from './daily-counts.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import type { KnownNetworks } from './known-networks.ts';
import type { LicenseRepository } from './license-repository.ts';
import type { LoginChallengeRepository } from './login-challenge-repository.ts';
import type { Outbox } from './outbox.ts';
import type { PairHistory } from './pair-history.ts';
import type { PasswordResetRepository } from './password-reset-repository.ts';
import type { Retention } from './retention.ts';
import type { SealedValues } from './sealed-values.ts';
import type { SecondFactorRepository } from './second-factor-repository.ts';
import type { SessionRepository } from './session-repository.ts';
import type { SigningKeyRepository } from './signing-key-repository.ts';
import type { UserRepository } from './user-repository.ts';

/** The repositories within one transaction. */
export interface Stores {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly apiTokens: ApiTokenRepository;
  readonly passwordResets: PasswordResetRepository;
  readonly secondFactors: SecondFactorRepository;
  readonly loginChallenges: LoginChallengeRepository;
  readonly knownNetworks: KnownNetworks;
  readonly sealedValues: SealedValues;
  readonly confirmations: ConfirmationRepository;
  readonly attempts: AttemptCounters;
  readonly audit: AuditLog;
  readonly dailyCounts: DailyCounts;
  readonly outbox: Outbox;
  readonly retention: Retention;
  readonly pairHistory: PairHistory;
  readonly licenses: LicenseRepository;
  readonly activations: ActivationRepository;
  readonly idempotency: IdempotencyRecords;
  readonly signingKeys: SigningKeyRepository;
}

/** @property isLong the work changes any number of rows and may take many seconds, not one or two */
export type UnitOfWorkOptions = Readonly<{ isLong?: boolean }>;

/** Transactions of the store. */
export interface UnitOfWork {
  /**
   * Runs `work` in one transaction: commits all of it, or nothing if `work` throws.
   *
   * Use only the given `stores`: other connections do not see the transaction, and a nested unit of work would wait for
   * it. No network and no hashing inside: units of work may share one commit and then wait for the slowest of them.
   * `work` may run again after a conflict with another writer. The error of a write that returns nothing may come from a
   * later call or from `run`, so `work` does not handle it.
   */
  run<T>(work: (stores: Stores) => Promise<T>, options?: UnitOfWorkOptions): Promise<T>;
}
