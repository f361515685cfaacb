import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Secret } from '../../../domain/shared/secret.ts';
import type { Terminal } from './cli-deps.ts';

/** The terminal or the pipes of this process. NO_COLOR is respected by `hasColors`. */
export const processTerminal = ({ shutdownSignal }: Pick<Terminal, 'shutdownSignal'>): Terminal => ({
  bar: process.stderr.isTTY ? process.stderr : undefined,
  hasColors: process.stdout.isTTY && process.stdout.hasColors(),
  confirm: process.stdin.isTTY && process.stderr.isTTY ? askYesOrNo : undefined,
  readSecret: (question, maxBytes) => (process.stdin.isTTY ? askUnseen(question) : readPiped(maxBytes)),
  shutdownSignal,
});

/** Reads a line at the terminal. @param output receives the echo */
const readLine = async (question: string, output: NodeJS.WritableStream): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
};

const askYesOrNo = async (question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await readLine(`${question} [y/N] `, process.stderr)).trim());

/** Reads a line without an echo. */
const askUnseen = async (question: string): Promise<Secret> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = readLine('', nowhere);
  // After readline has turned the echo off.
  process.stderr.write(question);
  try {
    return new Secret(await line);
  } finally {
    process.stderr.write('\n');
  }
};

const readPiped = async (maxBytes: number): Promise<Secret | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new Secret(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  );
};
