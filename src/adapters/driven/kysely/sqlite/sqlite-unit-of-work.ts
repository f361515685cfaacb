import { setImmediate as nextTick } from 'node:timers/promises';
import type { Stores, UnitOfWork, UnitOfWorkOptions } from '../../../../ports/unit-of-work.ts';
import { isOutage, isTransient } from '../database-errors.ts';
import {
  KyselyUnitOfWork,
  storesOver,
  TRANSACTION_TIMEOUT_MS,
  timeoutFor,
  withTransactionTimeout,
} from '../kysely-unit-of-work.ts';
import type { Database } from '../schema.ts';
import { withRetry } from '../with-retry.ts';
import { SavepointConnection } from './savepoint-connection.ts';
import type { SqliteStoreConnection } from './sqlite-driver.ts';

/** Units of work in one commit. More would save next to nothing, and the first would wait for the last. */
const MAX_GROUP_SIZE = 64;

/** A group that has run this long is committed without the units that are left. Unit: ms. */
const MAX_GROUP_MS = 20;

type QueuedUnit = Readonly<{
  work: (stores: Stores) => Promise<unknown>;
  options: UnitOfWorkOptions;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}>;

/**
 * Group commit: units of work that wait at the same time share one commit, because the disk takes most of the time. Each
 * runs inside its own savepoint, one after the other. No outcome is reported before the commit, not even an error: an
 * error may be based on what another unit of the group has written.
 */
export class SqliteUnitOfWork implements UnitOfWork {
  readonly #db: Database;
  readonly #alone: KyselyUnitOfWork;
  readonly #timeoutMs: number;
  readonly #maxGroupMs: number;
  readonly #queue: QueuedUnit[] = [];
  #isRunning = false;

  constructor(db: Database, { timeoutMs = TRANSACTION_TIMEOUT_MS, maxGroupMs = MAX_GROUP_MS } = {}) {
    this.#db = db;
    this.#alone = new KyselyUnitOfWork(db, { timeoutMs });
    this.#timeoutMs = timeoutMs;
    this.#maxGroupMs = maxGroupMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, options, resolve: resolve as QueuedUnit['resolve'], reject });
      if (!this.#isRunning) void this.#drainQueue();
    });
  }

  async #drainQueue(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      // Requests that arrived in one event-loop tick are parsed one by one; after it all of them are in the queue.
      await nextTick();
      const group = this.#queue.splice(0, MAX_GROUP_SIZE);
      const [first] = group;
      if (first !== undefined && group.length === 1) await this.#runAlone(first);
      else await this.#runTogether(group);
      // Responses are built before the next commit blocks the event loop.
      await pendingCallbacks();
    }
    this.#isRunning = false;
  }

  async #runAlone({ work, options, resolve, reject }: QueuedUnit): Promise<void> {
    await this.#alone.run(work, options).then(resolve, reject);
  }

  async #runTogether(group: readonly QueuedUnit[]): Promise<void> {
    try {
      const outcomes = await withRetry(() => this.#attempt(group));
      this.#queue.unshift(...group.slice(outcomes.length));
      const retries: QueuedUnit[] = [];
      for (const [index, outcome] of outcomes.entries()) {
        const unit = group[index] as QueuedUnit;
        if (outcome === 'try alone') retries.push(unit);
        else outcome(unit);
      }
      for (const unit of retries) await this.#runAlone(unit);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** @returns the outcome of each unit that ran: fewer than the group where time ran out */
  async #attempt(group: readonly QueuedUnit[]): Promise<readonly Outcome[]> {
    const transaction = await this.#db.startTransaction().execute();
    try {
      const connection = await connectionOf(transaction);
      const outcomes: Outcome[] = [];
      const end = performance.now() + this.#maxGroupMs;
      for (const unit of group) {
        const outcome = await this.#inSavepoint(transaction, connection, unit);
        // SQLite has rolled back the whole transaction, for a reason that may concern one unit only.
        if (outcome === 'transaction lost') return group.map(() => 'try alone');
        outcomes.push(outcome);
        if (performance.now() > end) break;
      }
      await transaction.commit().execute();
      return outcomes;
    } finally {
      if (!transaction.isCommitted) await transaction.rollback().execute();
    }
  }

  async #inSavepoint(
    transaction: Database,
    connection: SqliteStoreConnection,
    { work, options }: QueuedUnit,
  ): Promise<Outcome | 'transaction lost'> {
    connection.beginSavepoint();
    const unit = new SavepointConnection(transaction, connection);
    let outcome: Outcome;
    let end = 'release' as 'release' | 'rollback';
    try {
      const timeoutMs = timeoutFor(options, this.#timeoutMs);
      const result = await withTransactionTimeout(work(storesOver(unit.database)), timeoutMs);
      outcome = ({ resolve }) => resolve(result);
    } catch (error) {
      end = 'rollback';
      outcome = isTransient(error) || isOutage(error) ? 'try alone' : ({ reject }) => reject(error);
    }
    unit.end(end);
    try {
      connection.endSavepoint(end);
      return outcome;
    } catch {
      return 'transaction lost';
    }
  }
}

/** The connection that a transaction has to itself until its end. */
const connectionOf = (transaction: Database): Promise<SqliteStoreConnection> =>
  transaction.getExecutor().provideConnection(async (connection) => connection as SqliteStoreConnection);

/** Resolves when the callbacks of all promises that are resolved by now have run. */
const pendingCallbacks = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** How a unit of work is settled after the commit; or that it has to run again, by itself. */
type Outcome = ((unit: QueuedUnit) => void) | 'try alone';
