import type { ApiTokenId, ApiTokenSnapshot } from '../../../domain/access/api-token.ts';
import type { ChainEnd } from '../../../domain/audit/audit-chain.ts';
import type { AuditEntryId } from '../../../domain/audit/audit-entry.ts';
import type { PairCheckSnapshot } from '../../../domain/developer-pair/pair-check.ts';
import type { PairCheckId } from '../../../domain/developer-pair/pair-check-id.ts';
import type { ExpiryNotice } from '../../../domain/license/expiry-notice.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { LicenseKey } from '../../../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../../../domain/license/license-snapshot.ts';
import type { SigningKey } from '../../../domain/license/signing-key.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { ConfirmationSnapshot } from '../../../domain/user/confirmation.ts';
import type { CanonicalEmail } from '../../../domain/user/email.ts';
import type { KnownNetworkSnapshot } from '../../../domain/user/known-network.ts';
import type { LoginChallengeSnapshot } from '../../../domain/user/login-challenge.ts';
import type { PasswordResetSnapshot } from '../../../domain/user/password-reset.ts';
import type { SecondFactorSnapshot } from '../../../domain/user/second-factor.ts';
import type { SessionSnapshot } from '../../../domain/user/session.ts';
import type { SessionId } from '../../../domain/user/session-id.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserSnapshot } from '../../../domain/user/user.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { StoredEntry } from '../../../ports/audit-queries.ts';
import type { DailyCount } from '../../../ports/daily-counts.ts';
import type { IdempotencyRecord } from '../../../ports/idempotency-records.ts';
import type { ActivationView } from '../../../ports/license-queries.ts';
import type { QueuedEmail } from '../../../ports/outbox.ts';

export type OutboxRow = QueuedEmail & Readonly<{ dueAt: Instant | undefined; lastError?: string }>;

/** Rows by their key, in the order in which they were stored. */
export interface Table<Key, Row> extends Iterable<[Key, Row]> {
  readonly size: number;
  get(key: Key): Row | undefined;
  has(key: Key): boolean;
  set(key: Key, row: Row): unknown;
  delete(key: Key): boolean;
  values(): Iterable<Row>;
}

/** The stored snapshots. Entities are never stored, so that no reference changes the store. */
export class MemoryTables {
  readonly users: Table<UserId, UserSnapshot> = new Map();
  readonly userIdByEmail: Table<CanonicalEmail, UserId> = new Map();
  readonly sessions: Table<SessionId, SessionSnapshot> = new Map();
  readonly sessionIdByToken: Table<TokenHash, SessionId> = new Map();
  readonly passwordResets: Table<UserId, PasswordResetSnapshot> = new Map();
  readonly confirmations: Table<TokenHash, ConfirmationSnapshot> = new Map();
  readonly apiTokens: Table<ApiTokenId, ApiTokenSnapshot> = new Map();
  readonly secondFactors: Table<UserId, SecondFactorSnapshot> = new Map();
  readonly recoveryCodes: Table<UserId, ReadonlySet<TokenHash>> = new Map();
  readonly loginChallenges: Table<TokenHash, LoginChallengeSnapshot> = new Map();
  readonly knownNetworks: Table<TokenHash, KnownNetworkSnapshot> = new Map();
  readonly expiryNotices: Table<string, ExpiryNotice> = new Map();
  readonly storeFacts: Table<string, string> = new Map();
  readonly dailyCounts: Table<string, DailyCount> = new Map();
  readonly attempts: Table<string, Readonly<{ count: number; resetsAt: Instant }>> = new Map();
  readonly outbox: Table<string, OutboxRow> = new Map();
  readonly pairChecks: Table<PairCheckId, PairCheckSnapshot> = new Map();
  readonly licenses: Table<LicenseId, LicenseSnapshot> = new Map();
  readonly licenseIdByKey: Table<LicenseKey, LicenseId> = new Map();
  readonly activations: Table<string, ActivationView> = new Map();
  readonly idempotencyRecords: Table<string, IdempotencyRecord & Readonly<{ expiresAt: Instant }>> = new Map();
  readonly signingKeys: Table<string, SigningKey> = new Map();
  readonly auditEntries: Table<AuditEntryId, StoredEntry> = new Map();
  readonly auditChain: Table<'head' | 'anchor', ChainEnd> = new Map();
}

/** A table as a unit of work sees it: the stored rows with its own changes, which are stored by {@link commit} only. */
class DraftTable<Key, Row> implements Table<Key, Row> {
  readonly #stored: Table<Key, Row>;
  readonly #set = new Map<Key, Row>();
  readonly #deleted = new Set<Key>();

  constructor(stored: Table<Key, Row>) {
    this.#stored = stored;
  }

  get(key: Key): Row | undefined {
    return this.#set.get(key) ?? (this.#deleted.has(key) ? undefined : this.#stored.get(key));
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Key, row: Row): void {
    this.#set.set(key, row);
  }

  delete(key: Key): boolean {
    const had = this.has(key);
    this.#set.delete(key);
    this.#deleted.add(key);
    return had;
  }

  get size(): number {
    return [...this].length;
  }

  *[Symbol.iterator](): Generator<[Key, Row]> {
    const isKept = (key: Key) => this.#stored.has(key) && !this.#deleted.has(key);
    for (const [key, row] of this.#stored) if (isKept(key)) yield [key, this.#set.get(key) ?? row];
    for (const [key, row] of this.#set) if (!isKept(key)) yield [key, row];
  }

  *values(): Generator<Row> {
    for (const [, row] of this) yield row;
  }

  commit(): void {
    for (const key of this.#deleted) this.#stored.delete(key);
    for (const [key, row] of this.#set) this.#stored.set(key, row);
  }
}

/** Tables for one unit of work. They leave the stored ones as they are until `commit`. */
export const draftOf = (stored: MemoryTables): Readonly<{ tables: MemoryTables; commit: () => void }> => {
  const drafts = Object.entries<Table<unknown, unknown>>({ ...stored }).map(
    ([name, table]) => [name, new DraftTable(table)] as const,
  );
  return {
    tables: Object.fromEntries(drafts) as unknown as MemoryTables,
    commit: () => {
      for (const [, draft] of drafts) draft.commit();
    },
  };
};
