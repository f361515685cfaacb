import { type Stats, statSync } from 'node:fs';
import { FILE_REPLACED } from '../database-errors.ts';

/**
 * The file of an open store and its write-ahead log. SQLite goes on with files that were moved, deleted or replaced, and
 * what it writes to them is lost.
 */
export class StoreFile {
  readonly #path: string;
  readonly #identity: string | undefined;
  #logIdentity: string | undefined;

  /** @param path of a file that is open */
  constructor(path: string) {
    this.#path = path;
    this.#identity = identityOf(path);
    this.#logIdentity = identityOf(`${path}-wal`);
  }

  /**
   * Runs at each commit: two calls of the file system, 6 µs of the 200 or more that a commit takes.
   * @throws where the paths do not lead to the open files any more
   */
  assertInPlace(): void {
    const log = identityOf(`${this.#path}-wal`);
    // SQLite creates the log with the first transaction.
    this.#logIdentity ??= log;
    if (identityOf(this.#path) === this.#identity && log === this.#logIdentity) return;
    const message = `The file ${this.#path}, or its log, was moved, deleted or replaced`;
    throw Object.assign(new Error(message), { code: FILE_REPLACED });
  }
}

const identityOf = (path: string): string | undefined => {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
};
