import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { makePrivateFile, OURS_ALONE, syncFile, syncFolder } from '../sqlite/durable-files.ts';
import { withNamedFile } from '../sqlite/named-file.ts';
import { BackupError, mustBeSound, mustBeUnused } from './sqlite-inspection.ts';

/** Writing comes first; a backup waits this long for its turn to read. Unit: ms. */
const PATIENCE_MS = 5_000;

/**
 * Copies a store as it is at one moment, also while others write to it. The copy appears under its name only when it is
 * whole, checked and on the disk, and nobody but its owner may read it.
 * @throws {BackupError} where there is nothing to copy, the copy cannot have its name, or turns out unsound
 */
export const backUpSqlite = (path: string, copy: string): void => {
  if (!existsSync(path)) throw new BackupError('missing', `There is no store at ${path}.`);
  if (existsSync(copy)) throw new BackupError('taken', `${copy} is there already; a backup replaces nothing.`);
  const unfinished = `${copy}.${process.pid}.unfinished`;
  const cannot = `${copy} cannot be written`;
  withNamedFile(copy, cannot, () => makePrivateFile(unfinished));
  try {
    const database = new Database(path, { fileMustExist: true, timeout: PATIENCE_MS });
    try {
      withNamedFile(copy, cannot, () => database.prepare('vacuum into ?').run(resolve(unfinished)));
    } finally {
      database.close();
    }
    mustBeSound(unfinished, 'damaged', `The store ${path} is damaged`);
    syncFile(unfinished);
    giveName(unfinished, copy);
    syncFolder(copy);
  } finally {
    rmSync(unfinished, { force: true });
  }
};

export type RestoreOptions = Readonly<{
  /** The backup. It stays as it is. */
  from: string;
  /** Where the service will look for its store. */
  to: string;
  /** Steps of the schema that this version knows, in order. */
  steps: readonly string[];
  /** A store that is there already is put aside; without this it is a reason to refuse. */
  replaces: boolean;
  /** Now; the old store is named after it. */
  at: Instant;
}>;

/**
 * Puts a backup in the place of a store. The store that was there is kept beside it, whole.
 * @returns where the old store is kept, if there was one
 * @throws {BackupError} where the backup is none of ours, damaged or too new, or the store is there or in use, or one
 *   of both paths is wrong
 */
export const restoreSqlite = ({ from, to, steps, replaces, at }: RestoreOptions): string | undefined => {
  if (!existsSync(from)) throw new BackupError('missing', `There is no file ${from}.`);
  if (existsSync(`${from}-wal`)) {
    throw new BackupError('unsound', `${from}-wal lies beside it: this is a store in use or its remains, no backup.`);
  }
  const isThere = existsSync(to);
  if (isThere && statSync(to).isDirectory()) {
    throw new BackupError('wrong path', `${to}, where the store belongs, is a folder.`);
  }
  if (isThere && !replaces) {
    throw new BackupError('taken', `There is a store at ${to} already. With --replace it is put aside, and kept.`);
  }
  const unfinished = `${to}.${process.pid}.unfinished`;
  withNamedFile(to, `The store ${to} cannot be put there`, () => {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    makePrivateFile(unfinished);
  });
  try {
    withNamedFile(from, `${from} cannot be restored`, () => copyFileSync(from, unfinished));
    // A copy takes the mode of the original over, and a backup may have come a long way.
    chmodSync(unfinished, OURS_ALONE);
    mustBeSound(unfinished, 'unsound', `${from} cannot be restored`, steps);
    syncFile(unfinished);
    const aside = isThere ? putAside(to, at) : undefined;
    // What an older store left behind must not be taken for a part of this one.
    for (const rest of COMPANIONS) rmSync(`${to}${rest}`, { force: true });
    renameSync(unfinished, to);
    syncFolder(to);
    return aside;
  } finally {
    for (const rest of ['', ...COMPANIONS]) rmSync(`${unfinished}${rest}`, { force: true });
  }
};

const COMPANIONS = ['-wal', '-shm', '-journal'];

// A second name first, then the place: whoever starts in between finds one of the two stores, and never none.
const putAside = (path: string, at: Instant): string => {
  mustBeUnused(path);
  const aside = `${path}.before-restore-${at.replace(/[:.]/g, '-')}`;
  giveName(path, aside);
  for (const rest of COMPANIONS) if (existsSync(`${path}${rest}`)) renameSync(`${path}${rest}`, `${aside}${rest}`);
  return aside;
};

// A link refuses a name that is taken, where a renaming would replace it. Some file systems know no links.
const giveName = (path: string, name: string): void => {
  try {
    linkSync(path, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new BackupError('taken', `${name} is there already; a backup replaces nothing.`);
    }
    copyFileSync(path, name, COPY_REFUSES_A_TAKEN_NAME);
    syncFile(name);
  }
};

const COPY_REFUSES_A_TAKEN_NAME = 1;
