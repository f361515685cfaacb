import { HELP, readOptions } from './harness/options.ts';
import { installPackages } from './harness/packages.ts';

/** Reads the command line, and installs the packages of bench/ before a module that needs them is imported. */
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else {
    installPackages();
    const { runAll } = await import('./harness/run-all.ts');
    const failed = await runAll(options);
    if (failed.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
