import { runServer } from './composition/run-server.ts';

const known = new Set(['--reset']);
const unknown = process.argv.slice(2).filter((argument) => !known.has(argument));
if (unknown.length > 0) {
  process.stderr.write(`Unknown option ${unknown.join(' ')}; the only one is --reset.\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await runServer({ env: process.env, wipeFirst: process.argv.includes('--reset') });
}
