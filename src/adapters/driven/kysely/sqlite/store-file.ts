import fs, { realpathSync, type Stats, statSync } from 'node:fs';
import { FILE_REPLACED } from '../database-errors.ts';

/**
 * The file of an open store, its write-ahead log and the index of that log. SQLite goes on with files that were moved,
 * deleted or replaced, and what it writes to them is lost. Processes that share the log without the same index write over
 * the commits of each other.
 */
export class StoreFile {
  readonly #path: string;
  /** Where symbolic links lead: SQLite has the log and its index beside that file. */
  readonly #realPath: string;
  readonly #identity: string | undefined;
  #logIdentity: string | undefined;
  #indexIdentity: string | undefined;
  #log: number | undefined;
  #hasUnconfirmed = false;
  #confirmedVersion = Number.NaN;
  #confirming: Promise<void> | undefined;

  /** @param path of a file that is open */
  constructor(path: string) {
    this.#path = path;
    this.#realPath = realpathSync(path);
    this.#identity = identityOf(path);
    this.#logIdentity = identityOf(`${this.#realPath}-wal`);
    this.#indexIdentity = identityOf(`${this.#realPath}-shm`);
  }

  /**
   * Runs at each commit: three calls of the file system, 9 µs of the 200 or more that a commit takes.
   * @throws where the paths do not lead to the open files any more
   */
  assertInPlace(): void {
    const log = identityOf(`${this.#realPath}-wal`);
    // SQLite creates the log and its index with the first transaction.
    this.#logIdentity ??= log;
    if (identityOf(this.#path) === this.#identity && log === this.#logIdentity && this.hasOwnIndex) return;
    const message = `The file ${this.#path}, or its -wal or -shm, was moved, deleted or replaced`;
    throw Object.assign(new Error(message), { code: FILE_REPLACED });
  }

  /** Whether the path of the index leads to the one that is open: other processes open what is there. */
  get hasOwnIndex(): boolean {
    const index = identityOf(`${this.#realPath}-shm`);
    this.#indexIdentity ??= index;
    return index === this.#indexIdentity;
  }

  /** Whether the disk has failed to confirm a commit. It must be written again, by a checkpoint, before the next one. */
  get hasUnconfirmed(): boolean {
    return this.#hasUnconfirmed;
  }

  /**
   * Resolves when the disk has all commits that a transaction has made or seen. The event loop goes on meanwhile.
   * @param version of the commits of others, read in the transaction; those of the last confirmation need no other
   * @throws where the disk reports an error
   */
  async confirm({ hasWritten, version }: Readonly<{ hasWritten: boolean; version: number }>): Promise<void> {
    if (!hasWritten && version === this.#confirmedVersion) return;
    this.#confirming = this.#sync();
    await this.#confirming;
    this.#confirmedVersion = version;
  }

  async #sync(): Promise<void> {
    try {
      this.#log ??= fs.openSync(`${this.#realPath}-wal`, 'r+');
      const log = this.#log;
      await new Promise<void>((resolve, reject) => {
        fs.fdatasync(log, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (cause) {
      this.#hasUnconfirmed = true;
      throw Object.assign(new Error('The disk has not confirmed a commit', { cause }), { code: 'SQLITE_IOERR_FSYNC' });
    }
  }

  /** A checkpoint has written all commits to the file itself. */
  confirmedByCheckpoint(): void {
    this.#hasUnconfirmed = false;
  }

  /** Waits for a sync that is under way: its descriptor may not become that of another file. */
  async close(): Promise<void> {
    await this.#confirming?.catch(() => {});
    if (this.#log !== undefined) fs.closeSync(this.#log);
    this.#log = undefined;
  }
}

const identityOf = (path: string): string | undefined => {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
};
