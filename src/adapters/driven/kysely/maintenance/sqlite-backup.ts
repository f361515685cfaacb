import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RestoreOptions } from '../../../../ports/store-backup.ts';
import { makePrivateFile, OWNER_ONLY, syncFile, syncFolder } from '../sqlite/durable-files.ts';
import { assertUnused, assertValidStore, logOf, withPath } from './sqlite-inspection.ts';

/** Longest wait of a backup for a writer. Unit: ms. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Copies a store as it is at one moment, also while others write to it. The copy gets its name only when it is complete,
 * checked and on the disk. Only its owner can read it.
 * @throws {PortError} where there is no store, the copy cannot have that name, or the store is damaged
 */
export const backUpSqlite = (path: string, copy: string): void => {
  if (!existsSync(path)) throw new PortError('store-backup.not-found', `There is no store at ${path}.`);
  if (existsSync(copy))
    throw new PortError('store-backup.refused', `${copy} exists already; a backup replaces no file.`);
  const unfinished = unfinishedOf(copy);
  const prefix = `${copy} cannot be written`;
  withPath(copy, prefix, () => makePrivateFile(unfinished));
  try {
    const database = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      withPath(copy, prefix, () => database.prepare('vacuum into ?').run(resolve(unfinished)));
    } finally {
      database.close();
    }
    assertValidStore(unfinished, { code: 'store-backup.failed', prefix: `The store ${path} is damaged` });
    syncFile(unfinished);
    giveName(unfinished, copy);
    syncFolder(copy);
  } finally {
    rmSync(unfinished, { force: true });
  }
};

type SqliteRestoreOptions = RestoreOptions &
  Readonly<{
    /** Where the service looks for its store. */
    to: string;
    /** Names of the migrations that this version knows, in order. */
    migrations: readonly string[];
  }>;

/**
 * Replaces a store by a backup. The old store is kept beside it.
 * @returns the path of the old store, if there was one
 * @throws {PortError} where the backup is invalid, damaged or of a newer version, the store exists or is in use, or
 *   one of the paths is wrong
 */
export const restoreSqlite = ({
  from,
  to: path,
  migrations,
  replaces,
  at,
}: SqliteRestoreOptions): string | undefined => {
  if (!existsSync(from)) throw new PortError('store-backup.not-found', `There is no file ${from}.`);
  const log = logOf(from);
  if (existsSync(log)) {
    throw new PortError(
      'store-backup.refused',
      `${log} exists beside it: this is a store in use, or what is left of one, and no backup.`,
    );
  }
  const to = withPath(path, `The store ${path} cannot be written`, () => targetOf(path));
  const exists = existsSync(to);
  if (exists && statSync(to).isDirectory()) {
    throw new PortError('store-backup.invalid-path', `${to}, where the store belongs, is a folder.`);
  }
  if (exists && !replaces) {
    throw new PortError(
      'store-backup.refused',
      `There is a store at ${to} already. --replace moves it aside and keeps it.`,
    );
  }
  const unfinished = unfinishedOf(to);
  withPath(to, `The store ${to} cannot be written`, () => {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    makePrivateFile(unfinished);
  });
  try {
    withPath(from, `${from} cannot be restored`, () => copyFileSync(from, unfinished));
    // A copy gets the mode of the original.
    chmodSync(unfinished, OWNER_ONLY);
    assertValidStore(unfinished, { code: 'store-backup.refused', prefix: `${from} cannot be restored` }, migrations);
    syncFile(unfinished);
    const oldStore = exists ? moveAside(to, at) : undefined;
    // Companion files of an older store would be read as a part of this one.
    for (const suffix of COMPANIONS) rmSync(`${to}${suffix}`, { force: true });
    renameSync(unfinished, to);
    syncFolder(to);
    return oldStore;
  } finally {
    for (const suffix of ['', ...COMPANIONS]) rmSync(`${unfinished}${suffix}`, { force: true });
  }
};

/** Follows symbolic links, also to a file that does not exist yet. */
const targetOf = (path: string): string => {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return targetOf(resolve(dirname(path), readlinkSync(path)));
};

/** Not the name of a file that a killed process has left: in a container all have the same id. */
const unfinishedOf = (path: string): string => `${path}.${process.pid}-${process.hrtime.bigint()}.unfinished`;

const COMPANIONS = ['-wal', '-shm', '-journal', '-damaged'];

// The second name first: a service that starts in between finds one of the two stores.
const moveAside = (path: string, at: Instant): string => {
  assertUnused(path);
  const oldStore = `${path}.before-restore-${at.replace(/[:.]/g, '-')}`;
  giveName(path, oldStore);
  for (const suffix of COMPANIONS)
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${oldStore}${suffix}`);
  return oldStore;
};

// Linking fails where the name exists; renaming would replace that file. Some file systems have no links.
const giveName = (path: string, name: string): void => {
  try {
    linkSync(path, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new PortError('store-backup.refused', `${name} exists already; a backup replaces no file.`);
    }
    copyFileSync(path, name, constants.COPYFILE_EXCL);
    syncFile(name);
  }
};
