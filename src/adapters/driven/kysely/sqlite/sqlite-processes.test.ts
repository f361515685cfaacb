import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFolder, type OpenStores, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const PROGRAM = join(import.meta.dirname, '../../../../../test/processes/sqlite-process.ts');

describe('Several processes on one SQLite file', () => {
  it('lose nothing and fail nothing while all of them write', { timeout: 600_000 }, async () => {
    await using folder = await aFolder();
    const path = await migratedFile(folder.path);
    const writers = await startTogether([1, 1001, 2001].map((first) => ['register', path, String(first), '200']));
    const ends = await Promise.all(writers.map(({ end }) => end));
    assert.deepEqual(ends, [DONE, DONE, DONE]);

    await using stores = overDatabase(openSqliteStore(path));
    assert.deepEqual(await emailsIn(stores), emailsOf(writers.flatMap(({ lines }) => lines)));
    assert.equal((await emailsIn(stores)).length, 600);
    assert.equal(await registrationsCounted(stores), 600);
  });

  it('may set up one new file at the same moment', { timeout: 600_000 }, async () => {
    for (let round = 0; round < 3; round += 1) {
      await using folder = await aFolder();
      const path = join(folder.path, 'new', 'guildhall.db');
      const instances = await startTogether([
        ['migrate', path],
        ['migrate', path],
        ['migrate', path],
      ]);
      const ends = await Promise.all(instances.map(({ end }) => end));
      assert.deepEqual(ends, [DONE, DONE, DONE]);
      const taken = instances.flatMap(({ lines }) => lines.flatMap((line) => line.split(' '))).filter(Boolean);
      assert.deepEqual(taken, Object.keys(migrations), 'each step was taken once');

      await using stores = overDatabase(openSqliteStore(path));
      assert.deepEqual(await stores.health.problems(), []);
      assert.equal(await stores.users.isEmpty(), true);
    }
  });

  it('lose nothing that was acknowledged when one is killed in the middle of its work', {
    timeout: 600_000,
  }, async () => {
    await using folder = await aFolder();
    const path = await migratedFile(folder.path);
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const [writer] = await startTogether([['register', path, String(1 + round * 100_000), '100000']]);
      assert.ok(writer !== undefined);
      await writer.saying(10 + 7 * round);
      writer.process.kill('SIGKILL');
      assert.deepEqual(await writer.end, { code: null, signal: 'SIGKILL', complaint: '' });
      acknowledged.push(...writer.lines);

      await using stores = overDatabase(openSqliteStore(path));
      const kept = new Set(await emailsIn(stores));
      const lost = emailsOf(acknowledged).filter((email) => !kept.has(email));
      assert.deepEqual(lost, []);
      // A unit of work that was cut off is there as a whole or not at all.
      assert.equal(await registrationsCounted(stores), kept.size);
      assert.ok(kept.size <= acknowledged.length + round + 1, `${kept.size} kept, ${acknowledged.length} acknowledged`);
    }
  });
});

const DONE = { code: 0, signal: null, complaint: '' };

type Instance = Readonly<{
  process: ChildProcess;
  /** What it has said so far. */
  lines: string[];
  /** Fulfilled once it has said so many lines. */
  saying: (count: number) => Promise<void>;
  end: Promise<{ code: number | null; signal: string | null; complaint: string }>;
}>;

/** Starts one process for each list of arguments, and lets them go all at once. */
const startTogether = async (tasks: string[][]): Promise<Instance[]> => {
  const started = await Promise.all(tasks.map(start));
  for (const { process } of started) process.stdin?.write('go\n');
  return started;
};

const start = async (task: string[]): Promise<Instance> => {
  const child = spawn(process.execPath, [PROGRAM, ...task]);
  const said = createInterface({ input: child.stdout });
  const lines: string[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const end = once(child, 'close').then(([code, signal]) => ({ code, signal, complaint }));
  const stillborn = end.then(({ complaint }) => Promise.reject(new Error(complaint)));
  await Promise.race([once(said, 'line'), stillborn]);
  said.on('line', (line) => lines.push(line));
  const saying = async (count: number): Promise<void> => {
    while (lines.length < count) await once(said, 'line');
  };
  return { process: child, lines, saying, end };
};

const migratedFile = async (folder: string): Promise<string> => {
  const path = join(folder, 'guildhall.db');
  const db = openSqliteStore(path);
  await migrateToLatest(db, migrations);
  await db.destroy();
  return path;
};

const emailsIn = async ({ userQueries }: OpenStores): Promise<string[]> =>
  (await userQueries.list({ limit: 10_000 })).map(({ email }) => email).sort();

const emailsOf = (lines: readonly string[]): string[] => lines.map((n) => `user${n}@example.com`).sort();

const registrationsCounted = async ({ unitOfWork }: OpenStores): Promise<number> => {
  const key = { key: 'registrations', windowMs: 86_400_000 };
  const [counted] = await unitOfWork.run(({ attempts }) => attempts.count([key], NEW_YEAR));
  await unitOfWork.run(({ attempts }) => attempts.refund([key.key]));
  return Number(counted?.count) - 1;
};
