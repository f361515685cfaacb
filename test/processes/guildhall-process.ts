import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = join(import.meta.dirname, '../..');

export const ADMIN_KEY = 'test-admin-key-0123456789-abcdefghijklmnop';

/** Nothing is cut off where the machine is busy. */
const LONG_GRACE = { SHUTDOWN_GRACE: '10m' };

/** Hashes that cost next to nothing. */
const CHEAP_HASHES = { ARGON2_MEMORY_KIB: '64', ARGON2_TIME_COST: '1' };

export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }>;

export type Start = Readonly<{
  settings?: Readonly<Record<string, string>>;
  /** What follows the script on the command line. */
  args?: readonly string[];
  /** A module to load first, as a `data:` URL. */
  preload?: string;
}>;

/** A process of ours with all it says. */
export class GuildhallProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<Ended>;
  #hasEnded = false;
  out = '';
  err = '';

  constructor(script: 'src/main.js' | 'src/cli.js', folder: string, { settings, args = [], preload }: Start = {}) {
    const options = preload === undefined ? [] : ['--import', preload];
    this.#child = spawn(process.execPath, [...options, join(ROOT, script), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: '0', ...LONG_GRACE, ...CHEAP_HASHES, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      return { code, signal, out: this.out, err: this.err };
    });
  }

  /** Waits until it has said this. */
  async says(pattern: RegExp, stream: 'out' | 'err' = 'out'): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match !== null) return match;
      if (this.#hasEnded) throw new Error(`It ended without saying ${pattern}, but:\n${this.out}${this.err}`);
      await Promise.race([once(this.#child[`std${stream}`], 'data'), this.#ended]);
    }
  }

  /** Where it listens, once it does. */
  async address(): Promise<string> {
    await this.says(/\bstarted\b/);
    return (await this.says(/http:\/\/127\.0\.0\.1:\d+/))[0];
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  end(): Promise<Ended> {
    return this.#ended;
  }

  /** Its output is no longer read, as after `| head -1`. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }
}

/** A folder for one test, with the processes that were started in it; all are gone at the end. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'guildhall-process-'));
  readonly #started: GuildhallProcess[] = [];

  serve(start: Start = {}): GuildhallProcess {
    return this.#keep(new GuildhallProcess('src/main.js', this.folder, start));
  }

  cli(args: readonly string[], start: Start = {}): GuildhallProcess {
    return this.#keep(new GuildhallProcess('src/cli.js', this.folder, { ...start, args }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#started) one.signal('SIGKILL');
    await Promise.all(this.#started.map((one) => one.end()));
    rmSync(this.folder, { recursive: true });
  }

  #keep(started: GuildhallProcess): GuildhallProcess {
    this.#started.push(started);
    return started;
  }
}

export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const ADA = { email: 'ada@example.com', password: 'correct horse battery', age: 36, name: 'Ada' };
