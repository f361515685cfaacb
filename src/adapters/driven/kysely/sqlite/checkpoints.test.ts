import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import workers from 'node:worker_threads';
import Database from 'better-sqlite3';
import { aFolder } from '../../../../../test/contracts/open-stores.ts';
import type { Database as Store } from '../schema.ts';
import { Checkpoints } from './checkpoints.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { openSqlite } from './sqlite-dialect.ts';

const PAGE_BYTES = 4_096;
const ROWS = 100;

/** An open store with a table whose rows take a page each. */
const openPages = async () => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const db = openSqliteStore(path) as unknown as Store & { insertInto(table: 'pages'): Inserting };
  await db.schema.createTable('pages').addColumn('content', 'blob').execute();
  let isOpen = true;
  const close = async () => {
    if (isOpen) await db.destroy();
    isOpen = false;
  };
  return {
    path,
    close,
    /** In transactions of 100. @param returned whether the statements return their rows */
    async write(pages: number, { returned = false } = {}) {
      for (let written = 0; written < pages; written += ROWS) {
        await db.transaction().execute(async (tx) => {
          const rows = Array.from({ length: ROWS }, () => ({ content: Buffer.alloc(PAGE_BYTES - 100, 1) }));
          const insertion = (tx as unknown as typeof db).insertInto('pages').values(rows);
          await (returned ? insertion.returning('rowid') : insertion).execute();
        });
      }
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await folder[Symbol.asyncDispose]();
    },
  };
};
type Executing = { execute(): Promise<unknown> };
type Inserting = { values(rows: object[]): Executing & { returning(column: 'rowid'): Executing } };

/** 1,500 in one transaction. */
const insertPages = (writer: Database.Database) =>
  writer
    .prepare('insert into pages select zeroblob(4000) from json_each(?)')
    .run(JSON.stringify(Array.from({ length: 1_500 }, () => 0)));

/** What is in the file without its log. */
const pagesInFile = (path: string): number => {
  copyFileSync(path, `${path}.copy`);
  const copy = new Database(`${path}.copy`);
  try {
    return copy.prepare('select count(*) from pages').pluck().get() as number;
  } catch {
    return 0;
  } finally {
    copy.close();
  }
};

describe('Checkpoints', () => {
  it('write the log to the file although no commit does', async () => {
    await using store = await openPages();
    await store.write(1_500);
    while (pagesInFile(store.path) < 1_000) await wait(10);
  });

  it('keep the log short under writes without a pause', async () => {
    await using store = await openPages();
    await store.write(10_000);
    const { size } = statSync(`${store.path}-wal`);
    assert.ok(size < 5_000 * PAGE_BYTES, `${size} bytes`);
  });

  it('wait at 8,000 pages for what reads the log, so that the next write begins it over', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const writer = openSqlite(path);
    writer.exec('create table pages (content blob)');
    const checkpoints = new Checkpoints(writer);
    const [reader, other] = [new Database(path), new Database(path, { timeout: 0 })];
    const isWriteLocked = () => {
      try {
        other.exec('begin immediate; rollback');
        return false;
      } catch {
        return true;
      }
    };
    /** @returns whether the checkpoint has waited for the reader */
    const makeRoom = async () => {
      let isMade = false;
      const room = checkpoints.waitForRoom().then(() => {
        isMade = true;
      });
      while (!isMade && !isWriteLocked()) await wait(1);
      const hasWaited = !isMade;
      if (hasWaited) reader.exec('commit');
      await room;
      return hasWaited;
    };
    const logPages = () => (writer.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log ?? 0;
    // A machine that is busy for longer than the checkpoint waits gets further attempts.
    let isBegunOver = false;
    for (let attempt = 0; attempt < 6 && !isBegunOver; attempt += 1) {
      for (let n = 0; n < 6; n += 1) insertPages(writer);
      if (!reader.inTransaction) reader.exec('begin');
      reader.prepare('select count(*) from pages').get();
      checkpoints.afterCommit(ROWS);
      if (await makeRoom()) {
        insertPages(writer);
        isBegunOver = logPages() < 2_000;
      }
    }
    assert.ok(isBegunOver, `${logPages()} pages`);
    for (const open of [reader, other]) open.close();
    await checkpoints.close();
    writer.close();
  });

  it('are done by no commit while the thread does them', async () => {
    await using folder = await aFolder();
    const writer = openSqlite(join(folder.path, 'guildhall.db'));
    writer.exec('create table pages (content blob)');
    const checkpoints = new Checkpoints(writer);
    const pagesOfSqlite = () => writer.pragma('wal_autocheckpoint', { simple: true });
    assert.equal(pagesOfSqlite(), 8_000);
    insertPages(writer);
    checkpoints.afterCommit(ROWS);
    await checkpoints.waitUntilIdle();
    assert.equal(pagesOfSqlite(), 0);
    await checkpoints.close();
    assert.equal(pagesOfSqlite(), 8_000);
    writer.close();
  });

  it('count rows that a statement changes and returns', async () => {
    await using store = await openPages();
    await store.write(7_000, { returned: true });
    const { size } = statSync(`${store.path}-wal`);
    assert.ok(size < 5_000 * PAGE_BYTES, `${size} bytes`);
  });

  it('are done at the close, with nothing left in a log', async () => {
    await using store = await openPages();
    await store.write(2_000);
    await store.close();
    assert.equal(existsSync(`${store.path}-wal`), false);
    assert.equal(pagesInFile(store.path), 2_000);
  });

  it('are left to SQLite where no thread starts', async (test) => {
    test.mock.method(workers, 'Worker', function startsNot() {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    });
    await using store = await openPages();
    await store.write(10_000);
    const { size } = statSync(`${store.path}-wal`);
    assert.ok(size > 7_900 * PAGE_BYTES && size < 8_500 * PAGE_BYTES, `${size} bytes`);
    assert.ok(pagesInFile(store.path) >= 7_000);
  });

  it('start no thread again and again where it ends without a checkpoint', async (test) => {
    const { Worker } = workers;
    const mocked = test.mock.method(workers, 'Worker', function endsAtOnce() {
      return new Worker('throw new Error("out of memory")', { eval: true });
    });
    test.mock.method(performance, 'now', () => 1);
    await using store = await openPages();
    await store.write(5_000);
    assert.equal(mocked.mock.callCount(), 1);
  });

  it('load nothing into the thread that NODE_OPTIONS loads into the service', async () => {
    await using folder = await aFolder();
    const preload = "import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new Error('loaded');";
    const program = `
      import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./open-sqlite-store.ts'))};
      process.on('worker', (thread) => {
        thread.on('message', (message) => console.log(message));
        thread.on('error', (error) => console.log(error.message));
      });
      const db = openSqliteStore(${JSON.stringify(join(folder.path, 'guildhall.db'))});
      await db.schema.createTable('pages').addColumn('content', 'blob').execute();
      const rows = Array.from({ length: 1_500 }, () => ({ content: Buffer.alloc(${PAGE_BYTES - 100}, 1) }));
      await db.insertInto('pages').values(rows).execute();
      await db.destroy();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(preload)}"` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    await once(child, 'close');
    assert.equal(output, 'done\n');
  });

  it('report the first failure of a row, and the next one after a checkpoint that succeeds', async () => {
    await using folder = await aFolder();
    const files = join(folder.path, 'files');
    const path = join(files, 'guildhall.db');
    mkdirSync(files);
    const failures: unknown[] = [];
    const writer = openSqlite(path);
    writer.exec('create table pages (content blob)');
    const checkpoints = new Checkpoints(writer, (error) => failures.push((error as { code: unknown }).code));
    const threads: workers.Worker[] = [];
    process.on('worker', (thread) => threads.push(thread));
    /** Checkpoints of more than 1,000 pages, on a thread that opens what is at the path by now. */
    const checkpoint = async (times: number) => {
      await threads.at(-1)?.terminate();
      insertPages(writer);
      for (let n = 0; n < times; n += 1) {
        checkpoints.afterCommit(ROWS);
        await checkpoints.waitUntilIdle();
      }
    };
    /** Each checkpoint of the thread fails, and those of `writer` do not. */
    const checkpointWithFault = async () => {
      renameSync(files, `${files}.elsewhere`);
      mkdirSync(files);
      writeFileSync(path, 'no store'.repeat(PAGE_BYTES));
      await checkpoint(3);
      rmSync(files, { recursive: true });
      renameSync(`${files}.elsewhere`, files);
    };
    await checkpointWithFault();
    assert.deepEqual(failures, ['SQLITE_NOTADB']);
    await checkpoint(1);
    assert.equal(pagesInFile(path), 3_000);
    await checkpointWithFault();
    assert.deepEqual(failures, ['SQLITE_NOTADB', 'SQLITE_NOTADB']);
    await checkpoints.close();
    writer.close();
  });

  it('report that no thread starts, once', async (test) => {
    test.mock.method(workers, 'Worker', function startsNot() {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    });
    let now = 1;
    test.mock.method(performance, 'now', () => now);
    await using folder = await aFolder();
    const writer = openSqlite(join(folder.path, 'guildhall.db'));
    const failures: unknown[] = [];
    const checkpoints = new Checkpoints(writer, (error) => failures.push(error));
    writer.exec('create table pages (content blob)');
    insertPages(writer);
    for (let n = 0; n < 3; n += 1) {
      now += 120_000;
      checkpoints.afterCommit(ROWS);
      await checkpoints.waitUntilIdle();
    }
    assert.deepEqual(failures, [Object.assign(new Error('too many open files'), { code: 'EMFILE' })]);
    writer.close();
  });

  it('go on with another thread after one has ended', async () => {
    await using store = await openPages();
    const started: workers.Worker[] = [];
    const { promise: isReported, resolve: report } = Promise.withResolvers<void>();
    process.on('worker', (thread) => {
      started.push(thread);
      thread.once('message', () => report());
    });
    await store.write(1_500);
    // A thread that ends without having reported a checkpoint is followed by none for a minute.
    await isReported;
    assert.ok(pagesInFile(store.path) >= 1_000);
    await started[0]?.terminate();
    const before = pagesInFile(store.path);
    while (pagesInFile(store.path) <= before) await store.write(500);
    assert.equal(started.length, 2);
  });
});
