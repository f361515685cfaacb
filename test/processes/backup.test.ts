import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { AcknowledgedWrites } from '../crash/acknowledged-writes.ts';
import { checkFile } from '../crash/check.ts';
import { ADMIN_KEY, anUnlimitedLicense, writeUntilKilled } from '../crash/write-load.ts';
import { ADA, json, Workplace } from './guildhall-process.ts';

const SETTINGS = { ADMIN_API_KEY: ADMIN_KEY, SAMPLE_USERS: 'off', THROTTLE: 'off' };
const STORE = 'data/guildhall.db';

const emailsIn = (path: string): unknown[] => {
  const database = new Database(path, { fileMustExist: true });
  const emails = database.prepare('select email from users order by id').pluck().all();
  database.close();
  return emails;
};

const register = async (address: string, email: string): Promise<void> => {
  assert.equal((await fetch(`${address}/register`, json({ ...ADA, email }))).status, 201);
};

describe('guildhall backup', { timeout: 600_000 }, () => {
  it('copies a store under a write load: complete, intact, and with all writes acknowledged before', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: SETTINGS });
    const address = await service.address();
    const writes = new AcknowledgedWrites();
    const writing = writeUntilKilled(address, await anUnlimitedLicense(address), 'backup', writes);
    await writes.waitForMore();
    for (const name of ['first.db', 'second.db']) {
      const before = new AcknowledgedWrites();
      for (const kind of ['created', 'machines'] as const) for (const name of writes[kind]) before[kind].add(name);
      const { code, out, err } = await workplace.cli(['backup', name], { settings: SETTINGS }).end();
      assert.deepEqual([code, out, err], [0, `The store is backed up to ${name}, and the copy is valid.\n`, '']);
      const copy = join(workplace.folder, name);
      // The service printed the emails, so the check cannot know which of them were sent.
      const database = new Database(copy);
      database.exec("delete from users where email like 'registered-%'");
      database.close();
      assert.ok(checkFile(copy, before).rows > 0);
      assert.equal(statSync(copy).mode & 0o777, 0o600);
    }
    const size = writes.acknowledged;
    await writes.waitForMore();
    assert.ok(writes.acknowledged > size, 'the service went on');
    service.signal('SIGKILL');
    await writing;
  });

  it('replaces nothing and makes no store where there is none', async () => {
    await using workplace = new Workplace();
    const nothing = await workplace.cli(['backup', 'copy.db']).end();
    assert.deepEqual([nothing.code, nothing.err], [4, `There is no store at ./${STORE}.\n`]);
    assert.equal(existsSync(join(workplace.folder, 'data')), false);
    await workplace.cli(['migrate']).end();
    assert.equal((await workplace.cli(['backup', 'copy.db']).end()).code, 0);
    const again = await workplace.cli(['backup', 'copy.db']).end();
    assert.deepEqual([again.code, again.err], [3, 'copy.db exists already; a backup replaces no file.\n']);
  });
});

describe('guildhall restore', { timeout: 600_000 }, () => {
  it('refuses while the service runs, then brings back what was, and keeps what came since', async () => {
    await using workplace = new Workplace();
    const first = workplace.serve({ settings: SETTINGS });
    const address = await first.address();
    await register(address, 'ada@example.com');
    await workplace.cli(['backup', 'copy.db']).end();
    await register(address, 'eve@example.com');

    const early = await workplace.cli(['restore', 'copy.db', '--replace']).end();
    const store = join(workplace.folder, STORE);
    assert.deepEqual([early.code, early.err], [3, `./${STORE} is in use: stop the service first.\n`]);
    await register(address, 'mallory@example.com');
    first.signal('SIGTERM');
    await first.end();

    const unasked = await workplace.cli(['restore', 'copy.db']).end();
    assert.equal(unasked.code, 3);
    assert.match(unasked.err, /^There is a store at .* already\. --replace moves it aside and keeps it\.\n$/);
    const { code, out } = await workplace.cli(['restore', 'copy.db', '--replace']).end();
    assert.equal(code, 0);
    const aside = join(workplace.folder, /kept as (.*)\.\n$/.exec(out)?.[1] ?? '');
    assert.deepEqual(emailsIn(store), ['ada@example.com']);
    assert.deepEqual(emailsIn(aside), ['ada@example.com', 'eve@example.com', 'mallory@example.com']);

    const second = await workplace.serve({ settings: SETTINGS }).address();
    await register(second, 'eve@example.com');
  });
});
