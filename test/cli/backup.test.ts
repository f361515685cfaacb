import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { guildhall } from './guildhall-here.ts';

const SQLITE = { DATABASE_URL: `file:${import.meta.filename}` };

describe('guildhall backup and restore', () => {
  for (const [command, done] of [
    ['backup', 'backed up'],
    ['restore', 'restored'],
  ] as const) {
    it(`${command}: names the tools of Postgres for a Postgres database`, async () => {
      const settings = { DATABASE_URL: 'postgres://ada@127.0.0.1:1/guildhall' };
      const { exitCode, stderr } = await guildhall([command, 'copy.db'], settings);
      const message = `A Postgres database is ${done} with its own tools, pg_dump and pg_restore, and not from here.\n`;
      assert.deepEqual([exitCode, stderr], [2, message]);
    });

    it(`${command}: has nothing to copy for a store in memory`, async () => {
      const { exitCode, stderr } = await guildhall([command, 'copy.db'], { DATABASE_URL: 'memory:' });
      assert.deepEqual([exitCode, stderr], [2, `A store in memory cannot be ${done}: nothing of it is kept.\n`]);
    });
  }

  it('end with an exit code for each kind of failure', async () => {
    const missing = join(tmpdir(), 'nowhere.db');
    assert.equal((await guildhall(['backup', ''], SQLITE)).exitCode, 2);
    assert.equal((await guildhall(['backup', '/nowhere/at/all/copy.db'], SQLITE)).exitCode, 2);
    assert.equal((await guildhall(['backup', join(tmpdir(), `${process.pid}.copy`)], SQLITE)).exitCode, 1);
    assert.equal((await guildhall(['restore', import.meta.filename], SQLITE)).exitCode, 3);
    assert.equal((await guildhall(['restore', missing], SQLITE)).exitCode, 4);
    assert.equal((await guildhall(['backup', 'copy.db'], { DATABASE_URL: `file:${missing}` })).exitCode, 4);
  });
});
