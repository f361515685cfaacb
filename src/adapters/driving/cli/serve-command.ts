import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const serveCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('serve')
    .description('Start the service and run until told to stop')
    .option('--reset', 'development: empty the store first and fill it with sample users')
    .action(async ({ reset = false }: { reset?: boolean }) => exitWith(await deps.serve({ wipeFirst: reset })));
