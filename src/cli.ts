#!/usr/bin/env node
import { EXIT } from './adapters/driving/cli/exit-codes.ts';
import { runCli } from './adapters/driving/cli/run-cli.ts';
import { cliDeps } from './composition/cli-deps.ts';
import { ConfigError } from './composition/config.ts';

try {
  process.exitCode = await runCli(process.argv.slice(2), cliDeps(process.env));
} catch (error) {
  const faults =
    error instanceof ConfigError ? error.sentences : [error instanceof Error ? error.message : String(error)];
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT.usage : EXIT.failed;
}
