import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Secret } from '../../../domain/shared/secret.ts';
import type { Terminal } from './cli-deps.ts';
import { CommandFailed, EXIT } from './exit-codes.ts';

type Streams = Readonly<Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>>;

/** The terminal or the pipes of this process. NO_COLOR is respected by `hasColors`. */
export const processTerminal = (
  { shutdownSignal }: Pick<Terminal, 'shutdownSignal'>,
  { stdin, stdout, stderr }: Streams = process,
): Terminal => ({
  bar: stderr.isTTY ? stderr : undefined,
  hasColors: stdout.isTTY && stdout.hasColors(),
  confirm: stdin.isTTY && stderr.isTTY ? (question) => askYesOrNo(question, { stdin, stderr }) : undefined,
  async readSecret(question, maxBytes) {
    const line = stdin.isTTY ? await askUnseen(question, { stdin, stderr }) : await readPiped(stdin, maxBytes);
    if (Buffer.byteLength(line) > maxBytes) throw tooLong(maxBytes);
    return new Secret(line);
  },
  shutdownSignal,
});

/**
 * Reads a line at the terminal.
 * @param output receives the echo
 * @returns `undefined` after Ctrl-D
 */
const readLine = async (
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string | undefined> => {
  const lines = createInterface({ input, output, terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lines.question(question);
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    lines.close();
  }
};

type Asked = Pick<Streams, 'stdin' | 'stderr'>;

const askYesOrNo = async (question: string, { stdin, stderr }: Asked): Promise<boolean> => {
  const line = await readLine(`${question} [y/N] `, stdin, stderr);
  if (line === undefined) stderr.write('\n');
  return /^y(es)?$/i.test(line?.trim() ?? '');
};

/** Reads a line without an echo. */
const askUnseen = async (question: string, { stdin, stderr }: Asked): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = readLine('', stdin, nowhere);
  // After readline has turned the echo off.
  stderr.write(question);
  try {
    const line = await answer;
    if (line === undefined) throw new CommandFailed(['Nothing was changed.'], EXIT.failed);
    return line;
  } finally {
    stderr.write('\n');
  }
};

const readPiped = async (stdin: NodeJS.ReadableStream, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLong(maxBytes);
    chunks.push(chunk);
  }
  const line = decoded(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(line)) throw rejected('must be one line');
  return line;
};

const decoded = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw rejected('must be UTF-8');
  }
};

const tooLong = (maxBytes: number): CommandFailed => rejected(`must not be longer than ${maxBytes} bytes`);

const rejected = (rule: string): CommandFailed => new CommandFailed([`The standard input ${rule}.`], EXIT.usage);
