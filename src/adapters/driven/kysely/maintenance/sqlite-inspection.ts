import { closeSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A backup or a restore was not done; the message says why, for whoever asked for it. */
export class BackupError extends Error {
  override readonly name = 'BackupRefused';
  /** `damaged` is the store itself; `unsound` is what was to take its place. */
  readonly why: 'missing' | 'taken' | 'in use' | 'damaged' | 'unsound' | 'wrong path' | 'no room';

  constructor(why: BackupError['why'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/**
 * @param why it is refused where it is not
 * @param blame what is said first then
 * @param steps of the schema that are known; without them it is not looked at
 * @throws {BackupError} where the file is no SQLite database, damaged, not ours, or newer than we are
 */
export const mustBeSound = (path: string, why: BackupError['why'], blame: string, steps?: readonly string[]): void => {
  try {
    const fault = faultOf(path, steps);
    if (fault !== undefined) throw new BackupError(why, `${blame}: ${fault}.`);
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError(why, `${blame}: ${(error as Error).message}.`, { cause: error });
  }
};

const faultOf = (path: string, steps: readonly string[] | undefined): string | undefined => {
  const database = new Database(path, { fileMustExist: true });
  try {
    const verdict = database.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') return `its pages do not fit together (${verdict})`;
    const [orphan] = database.pragma('foreign_key_check') as { table: string }[];
    if (orphan !== undefined) return `a row of ${orphan.table} belongs to nobody`;
    if (steps === undefined) return undefined;
    const isOurs = database.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get() !== undefined;
    if (!isOurs) return 'it is no store of Guildhall';
    const taken = database.prepare('select name from kysely_migration order by name').pluck().all() as string[];
    if (taken.length === 0 || taken[0] !== steps[0]) return 'it is no store of Guildhall';
    const unknown = taken.find((name) => !steps.includes(name));
    return unknown === undefined ? undefined : `it is of a newer Guildhall, which has taken the step ${unknown}`;
  } finally {
    database.close();
  }
};

/**
 * Leaves the file whole without its companions. SQLite lets only the last one who has it open do that, so it also tells
 * whether somebody else has.
 * @throws {BackupError} in use
 */
export const mustBeUnused = (path: string): void => {
  // SQLite would throw away the log beside a file it does not know, and with it what might be saved.
  if (!isOfSqlite(path)) return;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, timeout: 0 });
    database.pragma('journal_mode = delete');
  } catch (error) {
    const isTaken = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
    if (isTaken) throw new BackupError('in use', `${path} is in use: stop the service first.`, { cause: error });
    // Too damaged to be opened. It is put aside as it is, with all that belongs to it.
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
