const { runCli } = await import('./adapters/driving/cli/run-cli.ts');
const { cliDeps } = await import('./composition/cli/cli-deps.ts');

process.exitCode = await runCli(process.argv.slice(2), cliDeps());
