import { Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';

export const openapiCommand = ({ describeApi, write }: CliDeps): Command =>
  new Command('openapi')
    .description('Print the OpenAPI document')
    .action(async () => write(`${JSON.stringify(await describeApi(), null, 2)}\n`));
