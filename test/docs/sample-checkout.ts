import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { GuildhallProcess } from '../processes/guildhall-process.ts';
import { Workplace } from '../processes/guildhall-process.ts';
import { ROOT } from './samples.ts';

/** The address in the samples. */
const SAMPLE_URL = 'http://127.0.0.1:8000';

/** Hashes that cost next to nothing. */
const CHEAP_HASHES = { ARGON2_MEMORY_KIB: '64', ARGON2_TIME_COST: '1' };

/** A folder in which samples run as in a checkout: same packages and code, a store of its own. */
export class SampleCheckout implements AsyncDisposable {
  readonly #place = new Workplace();
  readonly folder = this.#place.folder;
  readonly #env: Record<string, string | undefined>;
  #server: GuildhallProcess | undefined;
  #url = SAMPLE_URL;

  constructor(settings: Readonly<Record<string, string>> = {}) {
    for (const name of ['bin', 'src', 'migrations']) symlinkSync(join(ROOT, name), join(this.folder, name));
    const bin = this.makeFolder('node_modules/.bin');
    for (const name of readdirSync(join(ROOT, 'node_modules')).filter((entry) => !entry.startsWith('.'))) {
      symlinkSync(join(ROOT, 'node_modules', name), join(this.folder, 'node_modules', name));
    }
    symlinkSync(process.execPath, join(bin, 'node'));
    const PATH = [bin, process.env.PATH].join(delimiter);
    this.#env = { PATH, HOME: process.env.HOME, ...CHEAP_HASHES, ...settings };
  }

  async serve(): Promise<void> {
    this.#server = this.#place.serve({ settings: this.#env as Record<string, string> });
    this.#url = await this.#server.address();
  }

  /** Runs shell code as it is printed, but for the address of the server. */
  async sh(code: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const child = spawn('bash', ['-euc', code.replaceAll(SAMPLE_URL, this.#url)], {
      cwd: this.folder,
      env: { ...this.#env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, 0, `${code}\n${out}\n${err}`);
    return out;
  }

  makeFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#place[Symbol.asyncDispose]();
  }
}

/** Whether a program runs on this machine. */
export const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
