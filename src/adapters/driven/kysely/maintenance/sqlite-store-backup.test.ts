import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { SqliteStoreBackup } from './sqlite-store-backup.ts';

/** A file that is no database. */
const NO_DATABASE = import.meta.filename;
const over = (path: string) => new SqliteStoreBackup(path, []);
const fromFile = (from: string) => ({ from, replaces: true, at: NEW_YEAR });

describe('The backup of a SQLite file', () => {
  it('distinguishes an invalid path from a file that is not a backup', async () => {
    const message = '/nowhere/at/all/copy.db cannot be written: there is no folder /nowhere/at/all; create it first.';
    const backingUp = over(NO_DATABASE).backUp('/nowhere/at/all/copy.db');
    await assert.rejects(backingUp, { code: 'store-backup.invalid-path', message });
    await assert.rejects(over(join(tmpdir(), `${process.pid}.db`)).restore(fromFile(NO_DATABASE)), {
      code: 'store-backup.refused',
      message: `${NO_DATABASE} cannot be restored: file is not a database.`,
    });
  });

  it('rejects an empty path', async () => {
    const error = { code: 'store-backup.invalid-path', message: 'The path is empty; name a file.' };
    await assert.rejects(over(NO_DATABASE).backUp(''), error);
    await assert.rejects(over(NO_DATABASE).restore(fromFile('')), error);
  });

  it('finds no store and no backup where there is none', async () => {
    const [missing, copy] = [join(tmpdir(), 'nowhere.db'), join(tmpdir(), `${process.pid}-copy.db`)];
    const code = 'store-backup.not-found';
    await assert.rejects(over(missing).backUp(copy), { code, message: `There is no store at ${missing}.` });
    await assert.rejects(over(NO_DATABASE).restore(fromFile(missing)), {
      code,
      message: `There is no file ${missing}.`,
    });
  });

  it('names the store that cannot be read', async () => {
    const message = `The store ${NO_DATABASE} cannot be used: the file is no SQLite database.`;
    const copy = join(tmpdir(), `${process.pid}-copy.db`);
    await assert.rejects(over(NO_DATABASE).backUp(copy), { code: 'store-backup.failed', message });
  });
});
