import { migrations } from '../../../migrations/migrations.ts';
import { sqliteStartupError } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { backUpSqlite, restoreSqlite } from '../../adapters/driven/kysely/maintenance/sqlite-backup.ts';
import { BackupError } from '../../adapters/driven/kysely/maintenance/sqlite-inspection.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';

/** A store as the settings name it. */
type Store = Readonly<{ kind: string; path?: string }>;

/** @throws {CommandFailed} with a sentence, where it was not done */
export const backUp = (store: Store, copy: string): void => {
  const path = sqliteFileOf(store, 'backed up');
  mustNameFile(copy);
  told(path, () => backUpSqlite(path, copy));
};

/**
 * @returns where the store that was there is kept, if there was one
 * @throws {CommandFailed} with a sentence, where it was not done
 */
export const restore = (store: Store, wish: Readonly<{ from: string; replaces: boolean }>): string | undefined => {
  const at = new SystemClock().now();
  const to = sqliteFileOf(store, 'restored');
  mustNameFile(wish.from);
  return told(to, () => restoreSqlite({ ...wish, to, at, migrations: Object.keys(migrations) }));
};

const sqliteFileOf = ({ kind, path }: Store, done: string): string => {
  if (path !== undefined) return path;
  throw new CommandFailed(
    [
      kind === 'memory'
        ? `A store in memory cannot be ${done}: nothing of it is kept.`
        : `A Postgres database is ${done} with its own tools, pg_dump and pg_restore, and not from here.`,
    ],
    EXIT.usage,
  );
};

const mustNameFile = (path: string): void => {
  if (path === '') throw new CommandFailed(['The path is empty; name a file.'], EXIT.usage);
};

const EXITS: Readonly<Record<BackupError['reason'], number>> = {
  missing: EXIT.notFound,
  exists: EXIT.refused,
  'in use': EXIT.refused,
  damaged: EXIT.failed,
  invalid: EXIT.refused,
  'wrong path': EXIT.usage,
  'disk full': EXIT.failed,
};

const told = <T>(store: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof BackupError) throw new CommandFailed([error.message], EXITS[error.reason], { cause: error });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const sentence = code.startsWith('SQLITE_') ? sqliteStartupError(store, code) : `It could not be done: ${message}.`;
    throw new CommandFailed([sentence], EXIT.failed, { cause: error });
  }
};
