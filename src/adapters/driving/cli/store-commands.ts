import { Command, Option } from 'commander';
import type { Copied } from '../../../ports/store-copy.ts';
import type { CliDeps, StoreAddress } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { asJson, escaped } from './output.ts';

export const serveCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  withExamples(
    new Command('serve')
      .description('Start the server and run it until a shutdown signal.')
      .option('--reset', 'development: empty the store first and create sample users')
      .action(async ({ reset = false }: { reset?: boolean }) => exitWith(await deps.serve({ wipeFirst: reset }))),
    'guildhall serve',
    'DATABASE_URL=file:./demo.db guildhall serve --reset',
  );

export const openapiCommand = ({ describeApi, write }: CliDeps): Command =>
  withExamples(
    new Command('openapi')
      .description('Print the OpenAPI document.')
      .action(async () => write(asJson(await describeApi()))),
    'guildhall openapi > openapi.json',
  );

export const migrateCommand = ({ migrate, write }: CliDeps): Command =>
  withExamples(
    new Command('migrate')
      .description(
        'Apply the pending migrations to the store. The server does so at its start, and so does every other command before it works on the store, but for backup, restore and the source of copy.',
      )
      .option('--json', 'print the applied migrations as JSON')
      .action(async ({ json }: { json?: true }) => {
        const steps = await migrate();
        if (json) return write(`${JSON.stringify(steps)}\n`);
        write(steps.length === 0 ? 'The store is up to date.\n' : steps.map((step) => `Done: ${step}\n`).join(''));
      }),
    'guildhall migrate',
  );

export const backupCommand = ({ backUp, write }: CliDeps): Command =>
  withExamples(
    new Command('backup')
      .description('Copy the store into a new file and check the copy. The server may run meanwhile.')
      .argument('<file>', 'the new file; an existing file is not replaced')
      .action(async (file: string) => {
        await backUp(file);
        write(`The store is backed up to ${escaped(file)}, and the copy is valid.\n`);
      }),
    'guildhall backup /var/backups/guildhall.db',
  );

export const restoreCommand = ({ restore, write }: CliDeps): Command =>
  withExamples(
    new Command('restore')
      .description('Restore the store from a backup. Stop the server first.')
      .argument('<file>', 'a file written by `guildhall backup`; it is not changed')
      .option('--replace', 'rename and keep a store that exists')
      .action(async (file: string, { replace }: { replace?: true }) => {
        const kept = await restore({ from: file, replaces: replace === true });
        write(`The store is as it was when ${escaped(file)} was written.\n`);
        if (kept !== undefined) write(`The store that was there is kept as ${escaped(kept)}.\n`);
      }),
    'guildhall restore /var/backups/guildhall.db --replace',
  );

type CopyOptions = { from?: string; fromUrlFile?: string; to?: string; toUrlFile?: string; json?: true };

export const copyCommand = ({ copy, write }: CliDeps): Command =>
  withExamples(
    new Command('copy')
      .description('Copy a whole store into an empty one, such as a SQLite file into Postgres.')
      .option('--from <url>', 'the store to copy, as in DATABASE_URL; stop its servers first')
      .addOption(urlFileOption('from'))
      .option('--to <url>', 'the empty store, as in DATABASE_URL')
      .addOption(urlFileOption('to'))
      .option('--json', 'print the counts as JSON')
      .action(async ({ from, fromUrlFile, to, toUrlFile, json }: CopyOptions, command: Command) => {
        const source = addressOf('from', { url: from, urlFile: fromUrlFile }, command);
        const target = addressOf('to', { url: to, urlFile: toUrlFile }, command);
        const copied = await copy({ from: source, to: target });
        if (!json) return write(copiedText(copied));
        write(asJson(Object.fromEntries(copied.map(({ kind, count }) => [kind, count]))));
      }),
    'guildhall copy --from file:./data/guildhall.db --to-url-file new-store',
  );

type End = 'from' | 'to';

const urlFileOption = (end: End): Option =>
  new Option(
    `--${end}-url-file <file>`,
    `as --${end}, read from this file: other users of the machine can read a command line`,
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

const copiedText = (copied: readonly Copied[]): string => {
  const widest = Math.max(...copied.map(({ kind }) => kind.length));
  const lines = copied.map(({ kind, count }) => `${kind.padEnd(widest)}  ${String(count).padStart(9)}\n`);
  return `${lines.join('')}Copied; both stores have the same counts.\n`;
};
