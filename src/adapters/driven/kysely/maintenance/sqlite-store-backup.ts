import { PortError, type PortErrorCode } from '../../../../ports/port-error.ts';
import type { RestoreOptions, StoreBackup } from '../../../../ports/store-backup.ts';
import { sqliteStartupError } from '../database-startup-errors.ts';
import { backUpSqlite, restoreSqlite } from './sqlite-backup.ts';
import { BackupError } from './sqlite-inspection.ts';

/** The backup of a SQLite file is a file of the same format. */
export class SqliteStoreBackup implements StoreBackup {
  readonly #path: string;
  readonly #migrations: readonly string[];

  /** @param migrations names of those that this version knows, in order */
  constructor(path: string, migrations: readonly string[]) {
    this.#path = path;
    this.#migrations = migrations;
  }

  async backUp(file: string): Promise<void> {
    this.#run(file, () => backUpSqlite(this.#path, file));
  }

  async restore(options: RestoreOptions): Promise<string | undefined> {
    const to = this.#path;
    return this.#run(options.from, () => restoreSqlite({ ...options, to, migrations: this.#migrations }));
  }

  #run<T>(file: string, work: () => T): T {
    if (file === '') throw failure('store-backup.invalid-path', 'The path is empty; name a file.');
    try {
      return work();
    } catch (error) {
      if (error instanceof BackupError) throw failure(CODES[error.reason], error.message, error);
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const isSqlite = code.startsWith('SQLITE_');
      const why = isSqlite ? sqliteStartupError(this.#path, code) : `It could not be done: ${message}.`;
      throw failure('store-backup.failed', why, error);
    }
  }
}

const CODES: Readonly<Record<BackupError['reason'], PortErrorCode>> = {
  missing: 'store-backup.not-found',
  exists: 'store-backup.refused',
  'in use': 'store-backup.refused',
  damaged: 'store-backup.failed',
  invalid: 'store-backup.refused',
  'wrong path': 'store-backup.invalid-path',
  'disk full': 'store-backup.failed',
};

const failure = (code: PortErrorCode, message: string, cause?: unknown): PortError =>
  new PortError(code, message, { cause });
