import { closeSync, openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../src/composition/config/config.ts';
import { startService } from '../../src/composition/runtime/service.ts';

/*
 * Starts the service, uses up all file descriptors in its first seconds, when it still loads modules and files, and frees
 * them. Prints the status of /metrics, which needs one of those modules. Started by a test, with a low `ulimit -n`.
 */
const service = await startService(readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: 'memory:' }));
const address = await service.listen();
const descriptors: number[] = [];
try {
  for (;;) descriptors.push(openSync('/dev/null', 'r'));
} catch {
  // None is left.
}
await wait(3_000);
for (const descriptor of descriptors) closeSync(descriptor);
console.log((await fetch(`${address}/metrics`)).status);
await service.close();
