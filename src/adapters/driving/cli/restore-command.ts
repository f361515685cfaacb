import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const restoreCommand = ({ restore, write }: CliDeps): Command =>
  new Command('restore')
    .description('Put a backup in the place of the store; the service must be stopped')
    .argument('<file>', 'what `guildhall backup` has written; it stays as it is')
    .option('--replace', 'put a store that is there aside, and keep it')
    .action(async (file: string, { replace }: { replace?: true }) => {
      const aside = await restore({ from: file, replaces: replace === true });
      write(`The store is as it was when ${file} was written.\n`);
      if (aside !== undefined) write(`The store that was there is kept as ${aside}.\n`);
    });
