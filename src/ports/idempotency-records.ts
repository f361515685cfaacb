import type { Instant } from '../domain/shared/instant.ts';

/** @property answer what the first request was answered with; its form is a matter of the edge */
export type IdempotencyRecord = Readonly<{ fingerprint: string; answer: string }>;

/** The answers to requests that are repeated. Every adapter passes test/contracts/idempotency-records.contract.ts. */
export interface IdempotencyRecords {
  find(key: string, at: Instant): Promise<IdempotencyRecord | undefined>;

  /**
   * The first statement of a unit of work. Takes the key for it, and waits at most 3 s for another one that has taken it.
   * @returns the record of the key, if there is one that has not expired at `at`
   * @throws {DomainError} idempotency.in-flight
   */
  begin(
    record: Readonly<{ key: string; fingerprint: string; at: Instant; expiresAt: Instant }>,
  ): Promise<IdempotencyRecord | undefined>;

  /** The last statement of the unit of work that has taken the key. */
  complete(key: string, answer: string): Promise<void>;
}
