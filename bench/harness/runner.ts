import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hash } from 'argon2';
import { LoadGenerator } from '../load/load.ts';
import { fillSqlite } from '../seed/fill-sqlite.ts';
import { PASSWORD, type Seed } from '../seed/seed-data.ts';
import { type Cores, coresHere, hasWrk, pinned, pinSelf } from './machine.ts';
import { MeasuredProcess, type Start } from './measured-process.ts';
import type { Options } from './options.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** Default parameters of Guildhall. */
const HASH_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Runs a benchmark: starts processes on their cores and owns the temporary folder, which is deleted at the end. */
export class Runner implements Disposable {
  readonly options: Options;
  readonly cores: Cores = coresHere();
  readonly generator: LoadGenerator;
  /** On the disk of the checkout, because the folder for temporary files may be in memory, where a commit costs nothing. */
  readonly folder = join(ROOT, 'build/bench');
  readonly passwordHash: string;
  readonly #began = performance.now();
  #files = 0;

  private constructor(options: Options, passwordHash: string) {
    this.options = options;
    this.passwordHash = passwordHash;
    // Simulators and databases run in this process or under it, and must not take the core of the measured server.
    if (this.cores.isPinned) pinSelf(this.cores.load);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const tool = options.tool ?? (hasWrk() ? 'wrk' : 'autocannon');
    this.generator = new LoadGenerator({ tool, folder: this.folder, cores: this.cores });
  }

  static async open(options: Options): Promise<Runner> {
    return new Runner(options, await hash(PASSWORD, HASH_PARAMETERS));
  }

  /** Prints one line of progress. */
  readonly log = (message: string): void => {
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    process.stderr.write(`${String(seconds).padStart(5)} s  ${message}\n`);
  };

  /** @returns an unused path */
  path(name: string): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}-${name}`);
  }

  file(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }

  /** @returns the file of a new store, and the seed that filled it */
  async store(users: number): Promise<{ path: string; seed: Seed }> {
    const path = this.path('users.db');
    const seed = { createdUntil: new Date().toISOString(), users, passwordHash: this.passwordHash };
    const from = performance.now();
    await fillSqlite(path, seed);
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    this.log(`created a store of ${users.toLocaleString('en-US')} users and licenses in ${seconds} s`);
    return { path, seed };
  }

  /** Starts a script of the repository, by default on the core of the measured server. */
  start(start: Pick<Start, 'name' | 'script' | 'args' | 'env'> & { cores?: string }): MeasuredProcess {
    return new MeasuredProcess({
      cwd: this.folder,
      cores: this.cores.server,
      isPinned: this.cores.isPinned,
      logFile: this.path('log.txt'),
      ...start,
      script: join(ROOT, start.script),
    });
  }

  /** Runs a script to its end. @returns its last line, parsed as JSON */
  async result<T>(script: string, args: readonly string[], cores = this.cores.server): Promise<T> {
    const command = [process.execPath, join(ROOT, script), ...args];
    const [program = '', ...rest] = pinned(cores, this.cores.isPinned, command);
    const { stdout } = await run(program, rest, { cwd: this.folder });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns an unused port */
export const freePort = async (): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
};
