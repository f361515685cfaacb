import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const backupCommand = ({ backUp, write }: CliDeps): Command =>
  new Command('backup')
    .description('Copy the store into a new file and check the copy; the service may go on writing')
    .argument('<file>', 'where to; a file that is there is not replaced')
    .action(async (file: string) => {
      await backUp(file);
      write(`The store is backed up to ${file}, and the copy is sound.\n`);
    });
