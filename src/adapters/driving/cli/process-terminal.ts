import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Secret } from '../../../domain/shared/secret.ts';
import type { Terminal } from './terminal.ts';

/** The terminal or the pipes of this process. */
export const processTerminal = ({ shutdownSignal }: Pick<Terminal, 'shutdownSignal'>): Terminal => ({
  bar: process.stderr.isTTY ? process.stderr : undefined,
  hasColors: process.stdout.isTTY && process.stdout.hasColors(),
  readSecret: (question, mostBytes) => (process.stdin.isTTY ? askUnseen(question) : readPiped(mostBytes)),
  shutdownSignal,
});

/** Reads a line without an echo. */
const askUnseen = async (question: string): Promise<Secret> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Not before the line above: until then the terminal shows what is typed.
  process.stderr.write(question);
  try {
    return new Secret(await lines.question(''));
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};

const readPiped = async (mostBytes: number): Promise<Secret | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return new Secret(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  );
};
