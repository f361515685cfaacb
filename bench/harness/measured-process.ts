import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './machine.ts';

export type Start = Readonly<{
  /** Its name in messages. */
  name: string;
  /** A script for Node, and its arguments. */
  script: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd: string;
  cores: string;
  isPinned: boolean;
  /** Receives its output; truncated between rounds, as a log collector would do. */
  logFile: string;
}>;

/** A child process whose CPU time and memory can be read at any time. On Linux only; elsewhere they are `undefined`. */
export class MeasuredProcess implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #log: number;
  readonly #logFile: string;
  #hasEnded = false;

  constructor({ name, script, args = [], env = {}, cwd, cores, isPinned, logFile }: Start) {
    this.name = name;
    this.#logFile = logFile;
    this.#log = openSync(logFile, 'a', 0o600);
    const [program = '', ...rest] = pinned(cores, isPinned, [process.execPath, script, ...args]);
    this.#child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', this.#log, this.#log],
    });
    this.#child.once('exit', () => {
      this.#hasEnded = true;
    });
  }

  /**
   * Waits until `url` responds with 200.
   * @returns the time until then. Unit: ms
   */
  async waitUntilOk(url: string, { everyMs = 5 }: { everyMs?: number } = {}): Promise<number> {
    const from = performance.now();
    for (;;) {
      if (this.#hasEnded) throw new Error(`${this.name} ended:\n${readFileSync(this.#logFile, 'utf8').slice(-2_000)}`);
      if (performance.now() - from > 60_000) throw new Error(`${this.name} does not respond`);
      const status = await fetch(url).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => undefined,
      );
      if (status === 200) return performance.now() - from;
      await sleep(everyMs);
    }
  }

  /** CPU time of all its threads so far, user and kernel. Unit: µs. */
  cpuMicros(): number | undefined {
    return read(`/proc/${this.#child.pid}/task`, (tasks) =>
      readdirSync(tasks)
        .map((task) => scheduled(`${tasks}/${task}`).ran)
        .reduce((sum, micros) => sum + micros, 0),
    );
  }

  /** Time so far in which its main thread was runnable and another one had the core. Unit: µs. */
  waitedMicros(): number | undefined {
    return read(`/proc/${this.#child.pid}`, (task) => scheduled(task).waited);
  }

  /** Its resident memory. Unit: MB (10^6 bytes). */
  residentMb(): number | undefined {
    return read(`/proc/${this.#child.pid}/status`, (status) => {
      const kib = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
      return kib === undefined ? undefined : (Number(kib) * 1_024) / 1e6;
    });
  }

  emptyLog(): void {
    if (!this.#hasEnded) ftruncateSync(this.#log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const killTimer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(killTimer);
    }
    closeSync(this.#log);
  }
}

/** @returns what Linux reports of a process; elsewhere, and after its end, `undefined` */
const read = <T>(path: string, reader: (path: string) => T): T | undefined => {
  try {
    return reader(path);
  } catch {
    return undefined;
  }
};

/** Scheduling times of one thread. Unit: µs. */
const scheduled = (task: string): { ran: number; waited: number } => {
  const [ran, waited] = readFileSync(`${task}/schedstat`, 'utf8').split(' ');
  return { ran: Number(ran) / 1_000, waited: Number(waited) / 1_000 };
};
