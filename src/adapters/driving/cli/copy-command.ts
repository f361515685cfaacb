import { Command } from 'commander';
import type { Copied } from '../../../ports/store-copy.ts';
import type { CliDeps } from './cli-deps.ts';

export const copyCommand = ({ copy, write }: CliDeps): Command =>
  new Command('copy')
    .description('Copy a whole store into an empty one, such as a SQLite file into Postgres')
    .requiredOption('--from <url>', 'the store to copy, as in DATABASE_URL; stop its instances first')
    .requiredOption('--to <url>', 'the store to copy it to, as in DATABASE_URL')
    .option('--json', 'print the counts as JSON')
    .action(async ({ from, to, json }: { from: string; to: string; json?: true }) => {
      const copied = await copy({ from, to });
      write(json ? `${JSON.stringify(asJson(copied), null, 2)}\n` : asText(copied));
    });

const asJson = (copied: readonly Copied[]) => Object.fromEntries(copied.map(({ kind, count }) => [kind, count]));

const asText = (copied: readonly Copied[]): string => {
  const widest = Math.max(...copied.map(({ kind }) => kind.length));
  const lines = copied.map(({ kind, count }) => `${kind.padEnd(widest)}  ${String(count).padStart(9)}\n`);
  return `${lines.join('')}Copied; both stores count the same.\n`;
};
