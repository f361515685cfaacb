import { PortError } from '../../../../ports/port-error.ts';
import type { RestoreOptions, StoreBackup } from '../../../../ports/store-backup.ts';
import { sqliteStartupError } from '../database-startup-errors.ts';
import { backUpSqlite, restoreSqlite } from './sqlite-backup.ts';

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
    if (file === '') throw new PortError('store-backup.invalid-path', 'The path is empty; name a file.');
    try {
      return work();
    } catch (error) {
      if (error instanceof PortError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const isSqlite = code.startsWith('SQLITE_');
      const why = isSqlite ? sqliteStartupError(this.#path, code) : `It could not be done: ${message}.`;
      throw new PortError('store-backup.failed', why, { cause: error });
    }
  }
}
