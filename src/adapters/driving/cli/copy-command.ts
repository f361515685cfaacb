import { Command, Option } from 'commander';
import type { Copied } from '../../../ports/store-copy.ts';
import type { CliDeps, StoreAddress } from './cli-deps.ts';

type Options = { from?: string; fromUrlFile?: string; to?: string; toUrlFile?: string; json?: true };

export const copyCommand = ({ copy, write }: CliDeps): Command =>
  new Command('copy')
    .description('Copy a whole store into an empty one, such as a SQLite file into Postgres')
    .option('--from <url>', 'the store to copy, as in DATABASE_URL; stop its instances first')
    .addOption(urlFile('from'))
    .option('--to <url>', 'the store to copy it to, as in DATABASE_URL')
    .addOption(urlFile('to'))
    .option('--json', 'print the counts as JSON')
    .action(async ({ from, fromUrlFile, to, toUrlFile, json }: Options, command: Command) => {
      const source = addressOf('from', { url: from, urlFile: fromUrlFile }, command);
      const target = addressOf('to', { url: to, urlFile: toUrlFile }, command);
      const copied = await copy({ from: source, to: target });
      write(json ? `${JSON.stringify(asJson(copied), null, 2)}\n` : asText(copied));
    });

type End = 'from' | 'to';

const urlFile = (end: End): Option =>
  new Option(
    `--${end}-url-file <file>`,
    `as --${end}, read from this file: others see what a command line says`,
  ).conflicts(end);

const addressOf = (
  end: End,
  { url, urlFile }: Readonly<{ url: string | undefined; urlFile: string | undefined }>,
  command: Command,
): StoreAddress => {
  if (url !== undefined) return { url };
  if (urlFile !== undefined) return { urlFile };
  return command.error(`error: required option '--${end} <url>' or '--${end}-url-file <file>' not specified`);
};

const asJson = (copied: readonly Copied[]) => Object.fromEntries(copied.map(({ kind, count }) => [kind, count]));

const asText = (copied: readonly Copied[]): string => {
  const widest = Math.max(...copied.map(({ kind }) => kind.length));
  const lines = copied.map(({ kind, count }) => `${kind.padEnd(widest)}  ${String(count).padStart(9)}\n`);
  return `${lines.join('')}Copied; both stores count the same.\n`;
};
