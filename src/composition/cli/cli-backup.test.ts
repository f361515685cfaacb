import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { backUp, restore } from './cli-backup.ts';

const WISH = { from: 'copy.db', replaces: true };

describe('A backup at the command line', () => {
  it('sends who has a Postgres to the tools of Postgres, for both ways', () => {
    const store = { kind: 'postgres' };
    const sentence = (done: string) =>
      `A Postgres database is ${done} with its own tools, pg_dump and pg_restore, and not from here.`;
    assert.throws(() => backUp(store, 'copy.db'), { exitCode: 2, messages: [sentence('backed up')] });
    assert.throws(() => restore(store, WISH), { exitCode: 2, messages: [sentence('restored')] });
  });

  it('has nothing to copy of a store in memory', () => {
    const store = { kind: 'memory' };
    assert.throws(() => backUp(store, 'copy.db'), { exitCode: 2, message: /in memory cannot be backed up/ });
    assert.throws(() => restore(store, WISH), { exitCode: 2, message: /in memory cannot be restored/ });
  });

  it('counts a wrong path as a wrong command line, and what is no backup as refused', () => {
    const path = import.meta.filename;
    const store = { kind: 'sqlite', path };
    const message = '/nowhere/at/all/copy.db cannot be written: there is no folder /nowhere/at/all; create it first.';
    assert.throws(() => backUp(store, '/nowhere/at/all/copy.db'), { exitCode: 2, message });
    const wish = { from: path, replaces: true };
    assert.throws(() => restore({ kind: 'sqlite', path: join(tmpdir(), `${process.pid}.db`) }, wish), {
      exitCode: 3,
      message: `${path} cannot be restored: file is not a database.`,
    });
  });

  it('takes no empty path for a file', () => {
    const refusal = { exitCode: 2, message: 'The path is empty; name a file.' };
    const store = { kind: 'sqlite', path: import.meta.filename };
    assert.throws(() => backUp(store, ''), refusal);
    assert.throws(() => restore(store, { from: '', replaces: true }), refusal);
  });

  it('names the store that cannot be read', () => {
    const path = import.meta.filename;
    const message = `The store ${path} cannot be used: the file is no SQLite database.`;
    const copy = join(tmpdir(), `${process.pid}-copy.db`);
    assert.throws(() => backUp({ kind: 'sqlite', path }, copy), { exitCode: 1, message });
  });
});
