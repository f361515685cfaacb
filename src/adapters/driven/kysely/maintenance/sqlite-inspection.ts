import { closeSync, existsSync, openSync, readSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { PortError, type PortErrorCode } from '../../../../ports/port-error.ts';
import type { Database } from '../schema.ts';
import { ensurePrivateFile } from '../sqlite/durable-files.ts';

type Fault = Readonly<{ code: PortErrorCode; prefix: string }>;

/**
 * Checks the pages, the references and, given the known migrations, the schema of a database file.
 * @param fault how a failure is reported
 * @throws {PortError} where the file is no SQLite database, damaged, no Guildhall store, or of a newer version
 */
export const assertValidStore = (path: string, { code, prefix }: Fault, migrations?: readonly string[]): void => {
  try {
    const fault = faultOf(path, migrations);
    if (fault !== undefined) throw new PortError(code, `${prefix}: ${fault}.`);
  } catch (error) {
    if (error instanceof PortError) throw error;
    throw new PortError(code, `${prefix}: ${(error as Error).message}.`, { cause: error });
  }
};

const faultOf = (path: string, migrations: readonly string[] | undefined): string | undefined => {
  const database = new SqliteDatabase(path, { fileMustExist: true });
  try {
    const result = database.pragma('integrity_check', { simple: true });
    if (result !== 'ok') return `its pages are damaged (${result})`;
    const [orphan] = database.pragma('foreign_key_check') as { table: string }[];
    if (orphan !== undefined) return `a row of ${orphan.table} refers to a row that does not exist`;
    if (migrations === undefined) return undefined;
    const isOurs = database.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get() !== undefined;
    if (!isOurs) return 'it is no Guildhall store';
    const taken = database.prepare('select name from kysely_migration order by name').pluck().all() as string[];
    if (taken.length === 0 || taken[0] !== migrations[0]) return 'it is no Guildhall store';
    const unknown = taken.find((name) => !migrations.includes(name));
    return unknown === undefined ? undefined : `it was migrated by a newer version of Guildhall (${unknown})`;
  } finally {
    database.close();
  }
};

/**
 * True for a store that is open in another process, that a process left without closing it (by a kill or a power cut), or
 * that was found damaged.
 */
export const mustBeChecked = (path: string): boolean =>
  (statSync(logOf(path), { throwIfNoEntry: false })?.size ?? 0) > 0 || existsSync(markOf(path));

/** Path of the write-ahead log, which is beside the file that symbolic links lead to. */
export const logOf = (path: string): string => besides(path, '-wal');

/** Of an empty file. Closing a damaged store merges its log, and without this file the next start would not check it. */
const markOf = (path: string): string => besides(path, '-damaged');

const besides = (path: string, suffix: string): string => `${existsSync(path) ? realpathSync(path) : path}${suffix}`;

/**
 * Checks the structure of all pages, at half a gigabyte a second.
 * @throws where one is damaged
 */
export const assertIntact = async (db: Database, path: string): Promise<void> => {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db);
  const result = rows[0]?.quick_check;
  if (result === 'ok') {
    rmSync(markOf(path), { force: true });
    return;
  }
  ensurePrivateFile(markOf(path));
  throw Object.assign(new Error(`The pages of the store: ${result}`), { code: 'SQLITE_CORRUPT' });
};

/**
 * Merges the companion files into the database file. SQLite allows that to the only process that has the file open, so
 * it also shows whether another one has.
 * @throws {PortError} store-backup.refused: in use
 */
export const assertUnused = (path: string): void => {
  // SQLite deletes the log beside a file it cannot read, and with it rows that might be recovered.
  if (!isOfSqlite(path)) return;
  let database: SqliteDatabase.Database | undefined;
  try {
    database = new SqliteDatabase(path, { fileMustExist: true, timeout: 0 });
    database.pragma('journal_mode = delete');
  } catch (error) {
    const isLocked = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
    if (isLocked)
      throw new PortError('store-backup.refused', `${path} is in use: stop the service first.`, { cause: error });
    // Too damaged to be opened: it is moved aside as it is, with its companion files.
  } finally {
    database?.close();
  }
};

const SIGNATURE = 'SQLite format 3\0';

const isOfSqlite = (path: string): boolean => {
  const head = Buffer.alloc(SIGNATURE.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === SIGNATURE;
};

/**
 * Runs `work` on a path that an operator has typed.
 * @param prefix of the message where it fails, such as `copy.db cannot be written`
 * @throws {PortError} store-backup.invalid-path | store-backup.failed
 */
export const withPath = <T>(path: string, prefix: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (DISK_FULL.has(code)) throw new PortError('store-backup.failed', `${prefix}: the disk is full.`, { cause });
    const fault = PATH_FAULTS[code]?.(path);
    if (fault === undefined) throw cause;
    throw new PortError('store-backup.invalid-path', `${prefix}: ${fault}.`, { cause });
  }
};

const DISK_FULL = new Set(['EDQUOT', 'ENOSPC', 'SQLITE_FULL']);

const forbidden = (path: string): string => `permission denied; check ${path} and its folder`;
const isNoFolder = (path: string): string => `${dirname(path)} is no folder; name another path`;

const PATH_FAULTS: Readonly<Record<string, (path: string) => string>> = {
  EACCES: forbidden,
  EEXIST: isNoFolder,
  EISDIR: () => 'it is a folder; name a file',
  ELOOP: () => 'its symbolic links form a loop; name another path',
  ENAMETOOLONG: () => 'its name is too long; choose a shorter one',
  ENOENT: (path) => `there is no folder ${dirname(path)}; create it first`,
  ENOTDIR: isNoFolder,
  EPERM: forbidden,
  EROFS: () => 'its disk is read-only; name another path',
};
