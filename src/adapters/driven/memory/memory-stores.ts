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
import { draftOf, MemoryTables } from './memory-tables.ts';
import { MemoryUsers } from './memory-users.ts';

/**
 * A store in memory, for features, tests and `DATABASE_URL=memory:`. Runs one unit of work at a time, on a draft
 * of the tables that is stored if the work succeeds.
 */
export class MemoryStores implements UnitOfWork, StoreHealth, StoreWipe {
  readonly #tables = new MemoryTables();
  #queue: Promise<unknown> = Promise.resolve();

  /** For reads outside a unit of work. */
  readonly users = new MemoryUsers(this.#tables);
  readonly audit = new MemoryAuditLog(this.#tables);
  readonly dailyCounts = new MemoryDailyCounts(this.#tables);
  readonly apiTokens = new MemoryApiTokens(this.#tables);
  readonly secondFactors = new MemorySecondFactors(this.#tables);
  readonly sessions = new MemorySessions(this.#tables);
  readonly knownNetworks = new MemoryKnownNetworks(this.#tables);
  readonly pairHistory = new MemoryPairHistory(this.#tables);
  readonly licenses = new MemoryLicenses(this.#tables);
  readonly signingKeys = new MemorySigningKeys(this.#tables);

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const unit = this.#queue.then(async () => {
      const { tables, commit } = draftOf(this.#tables);
      const result = await work(storesOver(tables));
      commit();
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
    for (const table of Object.values(this.#tables)) table.clear();
  }
}

const storesOver = (tables: MemoryTables): Stores => ({
  users: new MemoryUsers(tables),
  sessions: new MemorySessions(tables),
  passwordResets: new MemoryPasswordResets(tables),
  secondFactors: new MemorySecondFactors(tables),
  loginChallenges: new MemoryLoginChallenges(tables),
  knownNetworks: new MemoryKnownNetworks(tables),
  sealedValues: new MemorySealedValues(tables),
  confirmations: new MemoryConfirmations(tables),
  attempts: new MemoryAttempts(tables),
  audit: new MemoryAuditLog(tables),
  dailyCounts: new MemoryDailyCounts(tables),
  outbox: new MemoryOutbox(tables),
  retention: new MemoryRetention(tables),
  pairHistory: new MemoryPairHistory(tables),
  licenses: new MemoryLicenses(tables),
  idempotency: new MemoryIdempotency(tables),
  apiTokens: new MemoryApiTokens(tables),
  activations: new MemoryActivations(tables),
  signingKeys: new MemorySigningKeys(tables),
});
