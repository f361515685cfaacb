import type { StoreDescription, StoreHealth } from '../../../ports/store-health.ts';
import type { StoreWipe } from '../../../ports/store-wipe.ts';
import type { Stores, UnitOfWork } from '../../../ports/unit-of-work.ts';
import { MemoryActivations } from './memory-activations.ts';
import { MemoryApiTokens } from './memory-api-tokens.ts';
import { MemoryAttempts } from './memory-attempts.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';
import { MemoryConfirmations } from './memory-confirmations.ts';
import { MemoryDailyCounts } from './memory-daily-counts.ts';
import { MemoryIdempotency } from './memory-idempotency.ts';
import { MemoryKnownNetworks } from './memory-known-networks.ts';
import { MemoryLicenses } from './memory-licenses.ts';
import { MemoryLoginChallenges } from './memory-login-challenges.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { MemoryPairHistory } from './memory-pair-history.ts';
import { MemoryPasswordResets } from './memory-password-resets.ts';
import { MemoryRetention } from './memory-retention.ts';
import { MemorySealedValues } from './memory-sealed-values.ts';
import { MemorySecondFactors } from './memory-second-factors.ts';
import { MemorySessions } from './memory-sessions.ts';
import { MemorySigningKeys } from './memory-signing-keys.ts';
import { MemoryTables } from './memory-tables.ts';
import { MemoryUsers } from './memory-users.ts';

/**
 * A store in memory, for features, tests and `DATABASE_URL=memory:`. Runs one unit of work at a time, on a copy of the
 * tables that replaces them if the work succeeds.
 */
export class MemoryStores implements UnitOfWork, StoreHealth, StoreWipe {
  #tables = new MemoryTables();
  #queue: Promise<unknown> = Promise.resolve();

  /** For reads outside a unit of work. */
  readonly users = new MemoryUsers(() => this.#tables);
  readonly audit = new MemoryAuditLog(() => this.#tables);
  readonly dailyCounts = new MemoryDailyCounts(() => this.#tables);
  readonly apiTokens = new MemoryApiTokens(() => this.#tables);
  readonly sessions = new MemorySessions(() => this.#tables);
  readonly knownNetworks = new MemoryKnownNetworks(() => this.#tables);
  readonly pairHistory = new MemoryPairHistory(() => this.#tables);
  readonly licenses = new MemoryLicenses(() => this.#tables);
  readonly signingKeys = new MemorySigningKeys(() => this.#tables);

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const unit = this.#queue.then(async () => {
      const draft = new MemoryTables(this.#tables);
      const result = await work(storesOver(() => draft));
      this.#tables = draft;
      return result;
    });
    this.#queue = unit.catch(() => {});
    return unit;
  }

  async problems(): Promise<readonly string[]> {
    return [];
  }

  async describe(): Promise<StoreDescription> {
    return { engine: 'memory', version: undefined, migration: undefined };
  }

  async wipe(): Promise<void> {
    await this.#queue;
    this.#tables = new MemoryTables();
  }
}

const storesOver = (current: () => MemoryTables): Stores => ({
  users: new MemoryUsers(current),
  sessions: new MemorySessions(current),
  passwordResets: new MemoryPasswordResets(current),
  secondFactors: new MemorySecondFactors(current),
  loginChallenges: new MemoryLoginChallenges(current),
  knownNetworks: new MemoryKnownNetworks(current),
  sealedValues: new MemorySealedValues(current),
  confirmations: new MemoryConfirmations(current),
  attempts: new MemoryAttempts(current),
  audit: new MemoryAuditLog(current),
  dailyCounts: new MemoryDailyCounts(current),
  outbox: new MemoryOutbox(current),
  retention: new MemoryRetention(current),
  pairHistory: new MemoryPairHistory(current),
  licenses: new MemoryLicenses(current),
  idempotency: new MemoryIdempotency(current),
  apiTokens: new MemoryApiTokens(current),
  activations: new MemoryActivations(current),
  signingKeys: new MemorySigningKeys(current),
});
