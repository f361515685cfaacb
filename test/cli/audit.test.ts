import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { aFolder } from '../contracts/open-stores.ts';
import { guildhall } from './guildhall-here.ts';

/** A store in which the command line has created two users. */
const aStore = async () => {
  const folder = await aFolder();
  const settings = { DATABASE_URL: `file:${join(folder.path, 'guildhall.db')}`, SAMPLE_USERS: 'off' };
  const run = (...args: string[]) => guildhall(args, settings);
  await run('migrate');
  for (const email of ['ada@example.com', 'grace@example.com']) {
    const { exitCode, stderr } = await run('users', 'create', email);
    assert.equal(exitCode, 0, stderr);
  }
  return {
    run,
    path: (name: string) => join(folder.path, name),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
};

describe('guildhall audit', () => {
  it('lists entries, newest first', async () => {
    await using store = await aStore();
    const json = JSON.parse((await store.run('audit', 'list', '--json')).stdout);
    assert.deepEqual(
      json.map(({ action, actor }: { action: string; actor: object }) => [action, actor]),
      Array(2).fill(['user.created', { kind: 'system', name: 'cli' }]),
    );
    assert.ok(json[0].id > json[1].id);
    const { stdout } = await store.run('audit', 'list', '--action', 'user.*', '--limit', '1');
    const { at, subject } = json[0];
    const head = 'time                  action        actor  subject';
    assert.equal(stdout, `${head}\n${at}  user.created  cli    ${subject.id}\n1 entry\n`);
    assert.equal((await store.run('audit', 'list', '--actor', 'x')).stdout, 'There are no such entries.\n');
    assert.equal((await store.run('audit', 'list', '--action', 'user.gone')).exitCode, 2);
    const backwards = await store.run('audit', 'list', '--from', '2026-02-01', '--to', '2026-01-01');
    assert.deepEqual([backwards.exitCode, backwards.stderr], [2, '--from must be before --to.\n']);
  });

  it('lists entries in 80 columns, with whole ids', async () => {
    await using store = await aStore();
    await store.run('users', 'ban', 'ada@example.com');
    await store.run('staff', 'add', 'grace@example.com', '--role', 'admin', '--existing');
    await store.run('license', 'issue', '--user', 'grace@example.com', '--unconfirmed');
    await store.run('keys', 'rotate');
    const { stdout } = await store.run('audit', 'list');
    assert.match(stdout, /^\d{4}-\d\d-\d\d {2}user\.banned .*\nT\d\d:\d\d:\d\dZ$/m);
    assert.ok(Math.max(...stdout.split('\n').map(({ length }) => length)) <= 80, stdout);
    const entries = JSON.parse((await store.run('audit', 'list', '--json')).stdout);
    for (const { subject } of entries) assert.ok(stdout.includes(`  ${subject.id}\n`), `${subject.id}\n${stdout}`);
  });

  it('exports a file for its owner alone, which verifies', async () => {
    await using store = await aStore();
    const file = store.path('audit.ndjson');
    const exported = await store.run('audit', 'export', file);
    assert.deepEqual([exported.exitCode, exported.stdout], [0, `The audit log is exported to ${file}.\n`]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const text = await readFile(file, 'utf8');
    assert.equal(text.split('\n').length, 5, 'an anchor, two entries, a head');
    const { seq, hash } = JSON.parse(text.split('\n')[2] ?? '');
    const intact = `The audit log is intact: 2 entries up to ${seq}:${hash}\n`;
    assert.deepEqual(await store.run('audit', 'verify', file), { exitCode: 0, stdout: intact, stderr: '' });
    assert.equal((await store.run('audit', 'verify', file, '--head', `2:${hash}`)).exitCode, 0);
    const again = await store.run('audit', 'export', file);
    assert.deepEqual([again.exitCode, again.stderr], [2, `Cannot write ${file}: it exists, and is not replaced.\n`]);
    const nowhere = await store.run('audit', 'export', file, '--from', 'x');
    assert.equal(nowhere.exitCode, 2);
    assert.equal((await store.run('audit', 'export', join(file, 'x'))).exitCode, 2);
  });

  it('says why an export cannot be written, and leaves no file', async (t) => {
    await using store = await aStore();
    const file = store.path('audit.ndjson');
    const handle = await open(store.path('other'), 'w');
    t.mock.method(Object.getPrototypeOf(handle), 'appendFile', async () => {
      throw Object.assign(new Error('raw words'), { code: 'ENOSPC' });
    });
    const { exitCode, stdout, stderr } = await store.run('audit', 'export', file);
    await handle.close();
    assert.deepEqual([exitCode, stdout, stderr], [1, '', `Cannot write ${file}: ENOSPC.\n`]);
    assert.equal(existsSync(file), false);
  });

  it('verifies what was copied, and what was backed up and restored, from its anchor to its head', async () => {
    await using store = await aStore();
    const file = store.path('audit.ndjson');
    await store.run('audit', 'export', file);
    const { head } = JSON.parse((await readFile(file, 'utf8')).split('\n').at(-2) ?? '');
    // The first entry has left at the end of its time.
    const database = new Database(store.path('guildhall.db'));
    const first = database.prepare('select seq, hash from audit_entries where seq = 1').get() as { hash: string };
    database.prepare("insert into audit_chain values ('anchor', 1, ?, null)").run(first.hash);
    database.exec('delete from audit_entries where seq = 1');
    database.close();

    const [from, to] = ['guildhall.db', 'copied.db'].map((name) => `file:${store.path(name)}`);
    const copied = await guildhall(['copy', '--from', `${from}`, '--to', `${to}`], { DATABASE_URL: 'memory:' });
    assert.equal(copied.exitCode, 0, copied.stderr);
    await store.run('backup', store.path('backup.db'));
    const restored = `file:${store.path('restored.db')}`;
    await guildhall(['restore', store.path('backup.db')], { DATABASE_URL: restored });
    for (const DATABASE_URL of [to ?? '', restored]) {
      const { exitCode, stdout, stderr } = await guildhall(['audit', 'verify', '--head', `${head.seq}:${head.hash}`], {
        DATABASE_URL,
      });
      assert.deepEqual([exitCode, stderr], [0, ''], DATABASE_URL);
      assert.equal(stdout, `The audit log is intact: 1 entry up to 2:${head.hash}\n`);
    }
  });

  it('verifies the store, and ends with 3 where it is broken', async () => {
    await using store = await aStore();
    const file = store.path('audit.ndjson');
    await store.run('audit', 'export', file);
    const lines = (await readFile(file, 'utf8')).split('\n');
    const { hash } = JSON.parse(lines[2] ?? '');
    const verified = await store.run('audit', 'verify');
    assert.deepEqual([verified.exitCode, verified.stdout], [0, `The audit log is intact: 2 entries up to 2:${hash}\n`]);
    const rewritten = await store.run('audit', 'verify', '--head', `2:${'0'.repeat(64)}`);
    assert.deepEqual(
      [rewritten.exitCode, rewritten.stderr],
      [3, 'The audit log is broken at entry 2: the entry is another one.\n'],
    );
    await writeFile(file, lines.toSpliced(1, 1).join('\n'));
    const missing = await store.run('audit', 'verify', file);
    assert.deepEqual(
      [missing.exitCode, missing.stderr],
      [3, 'The audit log is broken at entry 1: the entry is missing or at another place.\n'],
    );
    await writeFile(file, lines.slice(0, 3).join('\n'));
    assert.equal((await store.run('audit', 'verify', file)).exitCode, 3);
    assert.equal((await store.run('audit', 'verify', store.path('none'))).exitCode, 4);
    assert.equal((await store.run('audit', 'verify', '--head', '2')).exitCode, 2);
  });
});
