import { Command } from 'commander';
import type { ProgressListener, UpstreamQuery } from '../../../application/developer-pair/check-developer-pair.ts';
import type { Connection } from '../../../domain/developer-pair/developer-pair.ts';
import type { CliDeps } from './cli-deps.ts';
import { escaped } from './visible.ts';

export const connectionsCommand = (deps: CliDeps): Command =>
  new Command('connections').description('Are two developers connected?').addCommand(checkCommand(deps));

const checkCommand = ({ withStore, write, terminal }: CliDeps): Command =>
  new Command('check')
    .description('Ask Twitter and GitHub now, and write the answer down')
    .argument('<dev1>', 'name of the one, on both networks')
    .argument('<dev2>', 'name of the other')
    .option('--json', 'print what the server would answer', false)
    .action(async (one: string, other: string, { json }: { json: boolean }) => {
      const onProgress = terminal.bar === undefined ? undefined : tellProgress(terminal.bar);
      const connection = await withStore('any', ({ checkDeveloperPair }) =>
        checkDeveloperPair.execute({ one, other, ...(onProgress === undefined ? {} : { onProgress }) }),
      );
      write(json ? `${JSON.stringify(asJson(connection))}\n` : inWords(connection, one, other));
    });

const asJson = (connection: Connection) =>
  connection.connected ? { connected: true, organisations: connection.organisations } : { connected: false };

const inWords = (connection: Connection, one: string, other: string): string =>
  connection.connected
    ? `${one} and ${other} are connected. They share ${connection.organisations.join(', ')}.\n`
    : `${one} and ${other} are not connected.\n`;

/** One line that is written over: what we still wait for. Gone at the end. */
const tellProgress = (bar: NodeJS.WritableStream): ProgressListener => {
  const waiting = new Set<UpstreamQuery>();
  return (event, question) => {
    if (event === 'asked') waiting.add(question);
    else waiting.delete(question);
    const questions = [...waiting].map(({ network, about }) => `${network} about ${about.map(escaped).join(' and ')}`);
    bar.write(`\r\u001B[K${questions.length === 0 ? '' : `Asking ${questions.join(', ')} ...`}`);
  };
};
