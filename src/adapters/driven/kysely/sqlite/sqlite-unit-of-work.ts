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
import { GroupedConnection } from './grouped-connection.ts';
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
 * Group commit: units of work that wait at the same time share one commit, because the disk takes most of the time. They
 * run one after the other. Where one fails that has written, all are rolled back and run again, each inside a savepoint. No
 * outcome is reported before the commit, not even an error: an error may be based on what another unit of the group has
 * written.
 *
 * perf: a savepoint for each unit from the start is a tenth of an activation. SQLite keeps a copy of each page for it.
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
      const outcomes = await withRetry(
        async () =>
          (await this.#attempt(group, { usesSavepoints: false })) ??
          (await this.#attempt(group, { usesSavepoints: true })) ??
          [],
      );
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

  /**
   * @returns the outcome of each unit that ran: fewer than the group where time ran out; `undefined` where nothing is kept,
   *   because a unit has failed that had written, without a savepoint
   */
  async #attempt(
    group: readonly QueuedUnit[],
    { usesSavepoints }: { usesSavepoints: boolean },
  ): Promise<readonly Outcome[] | undefined> {
    const transaction = await this.#db.startTransaction().execute();
    try {
      const connection = await connectionOf(transaction);
      const outcomes: Outcome[] = [];
      const end = performance.now() + this.#maxGroupMs;
      for (const unit of group) {
        if (usesSavepoints) connection.beginSavepoint();
        const { outcome, hasFailed, hasWritten } = await this.#runUnit(transaction, connection, unit);
        // SQLite has rolled back the whole transaction, for a reason that may concern one unit only.
        if (!connection.isTransactionOpen) return group.map(() => 'try alone');
        if (usesSavepoints) connection.endSavepoint(hasFailed ? 'rollback' : 'release');
        else if (hasFailed && hasWritten) return undefined;
        outcomes.push(outcome);
        if (performance.now() > end) break;
      }
      await transaction.commit().execute();
      return outcomes;
    } finally {
      if (!transaction.isCommitted) await transaction.rollback().execute();
    }
  }

  async #runUnit(
    transaction: Database,
    connection: SqliteStoreConnection,
    { work, options }: QueuedUnit,
  ): Promise<{ outcome: Outcome; hasFailed: boolean; hasWritten: boolean }> {
    const unit = new GroupedConnection(transaction, connection);
    const written = connection.writes;
    let outcome: Outcome;
    let hasFailed = false;
    try {
      const timeoutMs = timeoutFor(options, this.#timeoutMs);
      const result = await withTransactionTimeout(unit.database, work(storesOver(unit.database)), timeoutMs);
      outcome = ({ resolve }) => resolve(result);
    } catch (error) {
      hasFailed = true;
      outcome = isTransient(error) || isOutage(error) ? 'try alone' : ({ reject }) => reject(error);
    }
    unit.end(hasFailed ? 'rolled back' : 'committed');
    return { outcome, hasFailed, hasWritten: connection.writes > written };
  }
}

/** The connection that a transaction has to itself until its end. */
const connectionOf = (transaction: Database): Promise<SqliteStoreConnection> =>
  transaction.getExecutor().provideConnection(async (connection) => connection as SqliteStoreConnection);

/** Resolves when the callbacks of all promises that are resolved by now have run. */
const pendingCallbacks = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** How a unit of work is settled after the commit; or that it has to run again, by itself. */
type Outcome = ((unit: QueuedUnit) => void) | 'try alone';
