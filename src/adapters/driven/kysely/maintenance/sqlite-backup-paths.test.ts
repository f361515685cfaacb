import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFolder } from '../../../../../test/contracts/open-stores.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { migrateToLatest } from './migrate.ts';
import { backUpSqlite, restoreSqlite } from './sqlite-backup.ts';
import { withPath } from './sqlite-inspection.ts';

/** A folder with a store, a backup of it, a folder and a file that is none. */
const aPlace = async () => {
  const { path: folder, remove } = await aFolder();
  const at = (name: string) => join(folder, name);
  const db = openSqliteStore(at('guildhall.db'));
  await migrateToLatest(db, migrations);
  await db.destroy();
  backUpSqlite(at('guildhall.db'), at('copy.db'));
  mkdirSync(at('folder'));
  writeFileSync(at('file'), 'text');
  symlinkSync(at('circle'), at('circle'));
  const names = readdirSync(folder);
  const restore = (from: string, to: string) =>
    restoreSqlite({ from: at(from), to: at(to), migrations: Object.keys(migrations), replaces: true, at: NEW_YEAR });
  return {
    at,
    backUp: (copy: string) => backUpSqlite(at('guildhall.db'), at(copy)),
    restore,
    isAsBefore: () => assert.deepEqual(readdirSync(folder), names),
    [Symbol.asyncDispose]: remove,
  };
};

type Place = Awaited<ReturnType<typeof aPlace>>;

describe('A wrong path for a backup or a restore', () => {
  const WRONG: [what: string, work: (place: Place) => unknown, sentence: (at: Place['at']) => string][] = [
    [
      'a backup in a folder that is not there',
      ({ backUp }) => backUp('nowhere/copy.db'),
      (at) => `${at('nowhere/copy.db')} cannot be written: there is no folder ${at('nowhere')}; create it first.`,
    ],
    [
      'a backup below a file',
      ({ backUp }) => backUp('file/copy.db'),
      (at) => `${at('file/copy.db')} cannot be written: ${at('file')} is no folder; name another path.`,
    ],
    [
      'a backup in a circle of links',
      ({ backUp }) => backUp('circle/copy.db'),
      (at) => `${at('circle/copy.db')} cannot be written: its symbolic links form a loop; name another path.`,
    ],
    [
      'a folder to restore',
      ({ restore }) => restore('folder', 'guildhall.db'),
      (at) => `${at('folder')} cannot be restored: it is a folder; name a file.`,
    ],
    [
      'a folder in the place of the store',
      ({ restore }) => restore('copy.db', 'folder'),
      (at) => `${at('folder')}, where the store belongs, is a folder.`,
    ],
    [
      'a place for the store below a file',
      ({ restore }) => restore('copy.db', 'file/guildhall.db'),
      (at) => `The store ${at('file/guildhall.db')} cannot be written: ${at('file')} is no folder; name another path.`,
    ],
  ];
  for (const [what, work, sentence] of WRONG) {
    it(`is reported in a sentence, and nothing is left behind: ${what}`, async () => {
      await using place = await aPlace();
      const code = 'store-backup.invalid-path';
      assert.throws(() => work(place), { name: 'PortError', code, message: sentence(place.at) });
      place.isAsBefore();
    });
  }

  it('is reported where it is forbidden or does not fit, too', () => {
    const failing = (code: string) => () =>
      withPath('/backups/copy.db', 'It cannot be done', () => {
        throw Object.assign(new Error('raw words'), { code });
      });
    const forbidden = 'permission denied; check /backups/copy.db and its folder';
    assert.throws(failing('EACCES'), {
      code: 'store-backup.invalid-path',
      message: `It cannot be done: ${forbidden}.`,
    });
    assert.throws(failing('EROFS'), { code: 'store-backup.invalid-path', message: /its disk is read-only/ });
    assert.throws(failing('ENOSPC'), { code: 'store-backup.failed', message: 'It cannot be done: the disk is full.' });
    assert.throws(failing('SQLITE_FULL'), { code: 'store-backup.failed', message: /the disk is full/ });
    assert.throws(failing('SQLITE_CORRUPT'), { message: 'raw words' });
  });
});
