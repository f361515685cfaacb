const unknown = process.argv.slice(2).filter((argument) => argument !== '--reset');
if (unknown.length > 0) {
  process.stderr.write(`Unknown option ${unknown.join(' ')}; the only one is --reset.\n`);
  process.exitCode = 2;
} else {
  const { runServer } = await import('./composition/runtime/run.ts');
  const { processEnvironment } = await import('./composition/config/config.ts');
  process.exitCode = await runServer({ env: processEnvironment, wipeFirst: process.argv.includes('--reset') });
}
