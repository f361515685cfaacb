import { Command } from 'commander';
import type { ProgressListener, UpstreamQuery } from '../../../application/developer-pair/check-developer-pair.ts';
import { presentConnection } from '../http/resources/developer-pairs/presenter.ts';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { escaped } from './output.ts';

export const connectionsCommand = (deps: CliDeps): Command =>
  new Command('connections').description('Check whether two developers are connected.').addCommand(checkCommand(deps));

const checkCommand = ({ withStore, write, terminal }: CliDeps): Command =>
  withExamples(
    new Command('check')
      .description('Ask Twitter and GitHub now, and record the result in the history.')
      .argument('<dev1>', 'name of the first developer, on both networks')
      .argument('<dev2>', 'name of the second developer')
      .option('--json', 'print the result as the server returns it', false)
      .action(async (dev1: string, dev2: string, { json }: { json: boolean }) => {
        const onProgress = terminal.bar === undefined ? undefined : showProgress(terminal.bar);
        const connection = await withStore('any', ({ checkDeveloperPair }) =>
          checkDeveloperPair.execute({ developers: [dev1, dev2], onProgress }),
        );
        const text = connection.connected
          ? `${dev1} and ${dev2} are connected. They share ${connection.organisations.join(', ')}.`
          : `${dev1} and ${dev2} are not connected.`;
        write(`${escaped(json ? JSON.stringify(presentConnection(connection)) : text)}\n`);
      }),
    'guildhall connections check dev1 dev2',
    'guildhall connections check dev1 dev2 --json',
  );

/** Redraws one line with the pending queries. It is empty at the end. */
const showProgress = (bar: NodeJS.WritableStream): ProgressListener => {
  const pending = new Set<UpstreamQuery>();
  return (event, query) => {
    if (event === 'asked') pending.add(query);
    else pending.delete(query);
    const queries = [...pending].map(({ network, about }) => `${network} about ${about.map(escaped).join(' and ')}`);
    bar.write(`\r\u001B[K${queries.length === 0 ? '' : `Asking ${queries.join(', ')} ...`}`);
  };
};
