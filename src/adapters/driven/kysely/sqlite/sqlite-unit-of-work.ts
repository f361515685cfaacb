import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ControlledTransaction, Kysely } from 'kysely';
import type { Stores, UnitOfWork } from '../../../../ports/unit-of-work.ts';
import { isOutage, isTransient } from '../database-errors.ts';
import { KyselyUnitOfWork, storesOver } from '../kysely-unit-of-work.ts';
import type { Schema } from '../schema.ts';
import { withRetry } from '../with-retry.ts';
import { SavepointConnection } from './savepoint-connection.ts';
import { TRANSACTION_TIMEOUT_MS, withTransactionTimeout } from './transaction-timeout.ts';

/** So many share a commit at most. More would save next to nothing, and the first would wait for the last. */
const LARGEST_GROUP = 64;

/** After this long a group takes nobody else in. Unit: ms. */
const LONGEST_GROUP_MS = 20;

const SAVEPOINT = 'unit';

type Waiting = Readonly<{
  work: (stores: Stores) => Promise<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}>;

/**
 * Units of work that wait together share one commit, because the disk is what takes long. Each runs inside a savepoint
 * of its own, one after the other, and nobody hears of an outcome, be it good or bad, before the disk has all of them:
 * a refusal, too, may rest on what a neighbor has written.
 */
export class SqliteUnitOfWork implements UnitOfWork {
  readonly #db: Kysely<Schema>;
  readonly #alone: KyselyUnitOfWork;
  readonly #watchdogMs: number;
  readonly #longestGroupMs: number;
  readonly #waiting: Waiting[] = [];
  #isAtWork = false;

  constructor(db: Kysely<Schema>, { watchdogMs = TRANSACTION_TIMEOUT_MS, longestGroupMs = LONGEST_GROUP_MS } = {}) {
    this.#db = db;
    this.#alone = new KyselyUnitOfWork(db, { watchdogMs });
    this.#watchdogMs = watchdogMs;
    this.#longestGroupMs = longestGroupMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Waiting['resolve'], reject });
      if (!this.#isAtWork) void this.#workThrough();
    });
  }

  async #workThrough(): Promise<void> {
    this.#isAtWork = true;
    while (this.#waiting.length > 0) {
      // Requests that arrived at the same moment are read one by one; this lets them come together.
      await nextTurn();
      const group = this.#waiting.splice(0, LARGEST_GROUP);
      const [first] = group;
      if (first !== undefined && group.length === 1) await this.#runAlone(first);
      else await this.#runTogether(group);
      // What they are answered is made by now, so that it goes out before the disk is asked again.
      await everythingDue();
    }
    this.#isAtWork = false;
  }

  async #runAlone({ work, resolve, reject }: Waiting): Promise<void> {
    await this.#alone.run(work).then(resolve, reject);
  }

  async #runTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await withRetry(() => this.#attempt(group));
      this.#waiting.unshift(...group.slice(outcomes.length));
      const again: Waiting[] = [];
      for (const [index, outcome] of outcomes.entries()) {
        const waiting = group[index] as Waiting;
        if (outcome === 'try alone') again.push(waiting);
        else outcome(waiting);
      }
      for (const waiting of again) await this.#runAlone(waiting);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** @returns for each that was tried what it is to hear; fewer than the group where time ran out */
  async #attempt(group: readonly Waiting[]): Promise<readonly Outcome[]> {
    const transaction = await this.#db.startTransaction().execute();
    try {
      const outcomes: Outcome[] = [];
      const end = performance.now() + this.#longestGroupMs;
      for (const { work } of group) {
        const outcome = await this.#inSavepoint(transaction, work);
        // SQLite has thrown all of it away, and not all of them are to blame.
        if (outcome === 'all is gone') return group.map(() => 'try alone');
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
    transaction: ControlledTransaction<Schema>,
    work: Waiting['work'],
  ): Promise<Outcome | 'all is gone'> {
    const inside = await transaction.savepoint(SAVEPOINT).execute();
    const connection = new SavepointConnection(transaction);
    let outcome: Outcome;
    let end = 'release' as 'release' | 'rollback';
    try {
      const result = await withTransactionTimeout(work(storesOver(connection.database)), this.#watchdogMs);
      outcome = ({ resolve }) => resolve(result);
    } catch (error) {
      end = 'rollback';
      outcome = isTransient(error) || isOutage(error) ? 'try alone' : ({ reject }) => reject(error);
    }
    connection.end(end);
    try {
      if (end === 'rollback') await inside.rollbackToSavepoint(SAVEPOINT).execute();
      await inside.releaseSavepoint(SAVEPOINT).execute();
      return outcome;
    } catch {
      return 'all is gone';
    }
  }
}

/** Until all that follows from what was resolved has run, as far as it waits for nothing else. */
const everythingDue = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** What a unit of work is to hear once the commit has returned; or that it has to be tried again, by itself. */
type Outcome = ((waiting: Waiting) => void) | 'try alone';
