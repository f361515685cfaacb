import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const migrateCommand = ({ migrate, write }: CliDeps): Command =>
  new Command('migrate')
    .description('Bring the store up to date; `serve` does the same at its start')
    .option('--json', 'print the steps taken as JSON')
    .action(async ({ json }: { json?: true }) => {
      const steps = await migrate();
      write(json ? `${JSON.stringify(steps)}\n` : told(steps));
    });

const told = (steps: readonly string[]): string =>
  steps.length === 0 ? 'The store is up to date.\n' : steps.map((step) => `Done: ${step}\n`).join('');
