import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backUp, restore } from './cli-backup.ts';

const WISH = { from: 'copy.db', replaces: true };

describe('A backup at the command line', () => {
  it('sends who has a Postgres to the tools of Postgres, for both ways', () => {
    const store = { kind: 'postgres' };
    const sentence = (done: string) =>
      `A Postgres database is ${done} with its own tools, pg_dump and pg_restore, and not from here.`;
    assert.throws(() => backUp(store, 'copy.db'), { exitCode: 2, sentences: [sentence('backed up')] });
    assert.throws(() => restore(store, WISH), { exitCode: 2, sentences: [sentence('restored')] });
  });

  it('has nothing to copy of a store in memory', () => {
    const store = { kind: 'memory' };
    assert.throws(() => backUp(store, 'copy.db'), { exitCode: 2, message: /in memory cannot be backed up/ });
    assert.throws(() => restore(store, WISH), { exitCode: 2, message: /in memory cannot be restored/ });
  });

  it('tells what the machine said no to', () => {
    const store = { kind: 'sqlite', path: import.meta.filename };
    const copy = '/nowhere/at/all/copy.db';
    assert.throws(() => backUp(store, copy), { exitCode: 1, message: /^It could not be done: ENOENT/ });
  });
});
