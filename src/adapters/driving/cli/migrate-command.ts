import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const migrateCommand = ({ migrate, write }: CliDeps): Command =>
  new Command('migrate')
    .description('Bring the store up to date; `serve` does the same at its start')
    .option('--json', 'print the steps taken as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const steps = await migrate();
      if (json) write(`${JSON.stringify(steps)}\n`);
      else
        write(
          steps.length === 0 ? 'The store is up to date.\n' : `${steps.map((step) => `Done: ${step}`).join('\n')}\n`,
        );
    });
