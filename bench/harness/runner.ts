import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hash } from 'argon2';
import { LoadGenerator } from '../load/load.ts';
import { fillSqlite } from '../seed/fill-sqlite.ts';
import { PASSWORD, type World } from '../seed/seed-data.ts';
import { type Cores, coresHere, hasWrk, keepTo, pinned } from './machine.ts';
import { MeasuredProcess, type Start } from './measured-process.ts';
import type { Options } from './options.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** What Guildhall hashes with where nothing is set. */
const HASHED_AS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Where things are made and processes start. Everything in it is gone afterwards. */
export class Workshop implements Disposable {
  readonly options: Options;
  readonly cores: Cores = coresHere();
  readonly generator: LoadGenerator;
  /** On the disk of the checkout: the folder for temporary files may be in memory, where a commit waits for nothing. */
  readonly folder = join(ROOT, 'build/bench');
  readonly passwordHash: string;
  readonly #began = performance.now();
  #files = 0;

  private constructor(options: Options, passwordHash: string) {
    this.options = options;
    this.passwordHash = passwordHash;
    // Simulators and databases run beside us or below us, and are not what is measured.
    if (this.cores.isPinned) keepTo(this.cores.load);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const tool = options.tool ?? (hasWrk() ? 'wrk' : 'autocannon');
    this.generator = new LoadGenerator({ tool, folder: this.folder, cores: this.cores });
  }

  static async open(options: Options): Promise<Workshop> {
    return new Workshop(options, await hash(PASSWORD, HASHED_AS));
  }

  /** One line for people who wait. */
  readonly say = (sentence: string): void => {
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    process.stderr.write(`${String(seconds).padStart(5)} s  ${sentence}\n`);
  };

  /** @returns a path that nobody uses yet */
  path(name: string): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}-${name}`);
  }

  file(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }

  /** @returns the file of a new store, and who is in it */
  async store(people: number): Promise<{ path: string; world: World }> {
    const path = this.path('people.db');
    const world = { at: new Date().toISOString(), people, passwordHash: this.passwordHash };
    const from = performance.now();
    await fillSqlite(path, world);
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    this.say(`a store of ${people.toLocaleString('en-US')} users and licenses was made in ${seconds} s`);
    return { path, world };
  }

  /** Starts a script of this folder or of ours, on the core of what is measured unless told otherwise. */
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

  /** Runs a script to its end. @returns what it printed last, which is JSON */
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

/** A port that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
};
