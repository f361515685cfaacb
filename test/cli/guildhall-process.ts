import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

const CLI = join(import.meta.dirname, '../../src/cli.js');

export type Ended = Readonly<{ exitCode: number | null; stdout: string; stderr: string }>;

export type Running = Readonly<{
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  ended: Promise<Ended>;
}>;

/** `guildhall` as an operator runs it, with pipes at all ends and none of this process's settings. */
export const startGuildhall = (args: readonly string[], settings: Readonly<Record<string, string>> = {}): Running => {
  const env = { PATH: process.env.PATH, ARGON2_MEMORY_KIB: '64', ARGON2_TIME_COST: '1', ...settings };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    process: child,
    ended: output.then(([stdout, stderr]) => ({ exitCode: child.exitCode, stdout, stderr })),
  };
};

export const runGuildhall = (
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ended> => {
  const { process: child, ended } = startGuildhall(args, settings);
  // Who reads no input may be gone before all of it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return ended;
};
