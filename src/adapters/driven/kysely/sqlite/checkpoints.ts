import workers, { type Worker } from 'node:worker_threads';
import type SqliteDatabase from 'better-sqlite3';

/** Pages in the log, and not in the file, with which a checkpoint begins. SQLite has the same default. */
const CHECKPOINT_PAGES = 1_000;

/**
 * Pages in the log, 16 MB, with which writes wait for a checkpoint. SQLite writes over the log from its beginning once all
 * of it is in the file, which never is while others write.
 */
const MAX_LOG_PAGES = 4_000;

/**
 * Pages in the log with which a checkpoint also waits, for 100 ms, until nothing reads the log: while one transaction that
 * reads it begins before another ends, no write begins over. Where one of them takes longer, the next such checkpoint
 * comes after `MAX_LOG_PAGES` more.
 */
const RESTART_PAGES = 8_000;

/** Pages in the log with which SQLite itself checkpoints, in a commit: only where the thread does not. */
const LAST_RESORT_PAGES = 8_000;

/** Before another thread is started where one has ended without a checkpoint. Unit: ms. */
const RESTART_MS = 60_000;

/** Receives the error of a checkpoint that failed, and of no other before one has succeeded. */
export type CheckpointObserver = (error: unknown) => void;

/** Changed rows after which the log is measured, in 10 µs. */
const MEASURED_ROWS = 64;

/**
 * Checkpoints: they write the pages of the log to the file, on a thread with a connection of its own (ADR 64). It starts
 * with the first checkpoint.
 *
 * perf: 860 commits of 64 licenses each take 0.1 s of the main thread's CPU time, before 0.5 s, and none waits for the
 * disk, before 50 did for 10 ms and more.
 */
export class Checkpoints {
  readonly #writer: SqliteDatabase.Database;
  readonly #onFailure: CheckpointObserver;
  readonly #measure: SqliteDatabase.Statement<[], { log: number; checkpointed: number }>;
  #thread: Worker | undefined;
  #startsFrom = 0;
  #running: Promise<void> | undefined;
  #onEnd = () => {};
  #isLogFull = false;
  #restartsFrom = RESTART_PAGES;
  #mustRestart = false;
  #isLeftToSqlite: boolean | undefined;
  #hasFailed = false;
  #rows = 0;

  /** @param writer with a file in WAL mode */
  constructor(writer: SqliteDatabase.Database, onFailure: CheckpointObserver = () => {}) {
    this.#writer = writer;
    this.#onFailure = onFailure;
    this.#measure = writer.prepare('pragma wal_checkpoint(NOOP)');
    this.#leaveToSqlite(true);
  }

  /** @param rows number of rows that the commit changed */
  afterCommit(rows: number): void {
    this.#rows += rows;
    if (this.#rows < MEASURED_ROWS) return;
    this.#rows = 0;
    const { log, checkpointed } = this.#logSize();
    this.#isLogFull = log >= MAX_LOG_PAGES;
    if (!this.#isLogFull) this.#restartsFrom = RESTART_PAGES;
    this.#mustRestart = log >= this.#restartsFrom;
    if (this.#mustRestart) this.#restartsFrom = log + MAX_LOG_PAGES;
    if (log - checkpointed >= CHECKPOINT_PAGES) void this.#begin();
  }

  /** Resolves when the log has room for a transaction; the caller is the only one to write. */
  async waitForRoom(): Promise<void> {
    if (!this.#isLogFull) return;
    this.#isLogFull = false;
    // The one that is running began before the last commits.
    await this.#running;
    await this.#begin(this.#mustRestart ? 'restart' : 'begin');
  }

  /** Resolves when no checkpoint is running. */
  async waitUntilIdle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    await this.#running;
    const thread = this.#thread;
    if (thread === undefined) return;
    const exited = new Promise((resolve) => thread.once('exit', resolve));
    thread.ref();
    thread.postMessage('close');
    await exited;
  }

  #logSize(): Readonly<{ log: number; checkpointed: number }> {
    try {
      return this.#measure.get() ?? EMPTY;
    } catch {
      // The commit has succeeded. The next one measures again.
      return EMPTY;
    }
  }

  #begin(message: 'begin' | 'restart' = 'begin'): Promise<void> {
    this.#running ??= this.#run(message).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(message: 'begin' | 'restart'): Promise<void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#onEnd = resolve;
    this.#thread ??= this.#start();
    // The log grows until a thread starts, or SQLite checkpoints.
    if (this.#thread === undefined) return;
    this.#thread.ref();
    this.#thread.postMessage(message);
    await ended;
    this.#thread?.unref();
  }

  /** @returns `undefined` for want of descriptors or memory, and where the last one has ended without a checkpoint */
  #start(): Worker | undefined {
    if (performance.now() < this.#startsFrom) return;
    this.#startsFrom = performance.now() + RESTART_MS;
    let thread: Worker;
    try {
      thread = new workers.Worker(new URL('./checkpoint-thread.js', import.meta.url), {
        workerData: this.#writer.name,
        // Modules that NODE_OPTIONS or the command line loads into a service, such as a tracer, need more than the limits.
        env: {},
        execArgv: [],
        resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    thread.on('message', (message: 'done' | Readonly<{ message: string; code: unknown }>) => {
      this.#startsFrom = 0;
      this.#leaveToSqlite(message !== 'done');
      if (message === 'done') this.#hasFailed = false;
      else this.#fail(Object.assign(new Error(message.message), { code: message.code }));
      this.#onEnd();
    });
    // It exits then.
    thread.on('error', (error) => this.#fail(error));
    thread.on('exit', () => {
      this.#thread = undefined;
      if (this.#writer.open) this.#leaveToSqlite(true);
      this.#onEnd();
    });
    return thread;
  }

  /** A checkpoint in a commit blocks the event loop, and does nothing that the thread does not. */
  #leaveToSqlite(isLeft: boolean): void {
    if (this.#isLeftToSqlite === isLeft) return;
    this.#isLeftToSqlite = isLeft;
    this.#writer.pragma(`wal_autocheckpoint = ${isLeft ? LAST_RESORT_PAGES : 0}`);
  }

  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#onFailure(error);
    this.#hasFailed = true;
  }
}

const EMPTY = { log: 0, checkpointed: 0 };
