/** `npm run rolling`: 50,000 requests, or as many as are named, while the workers are replaced; not one may fail. */
import { Workplace } from './guildhall-process.ts';
import { rollUnderLoad } from './rolling-restart.ts';

const requests = Number(process.argv[2] ?? 50_000);

await using workplace = new Workplace();
const begun = performance.now();
const service = workplace.serve({ settings: { WORKERS: '2', LOG_FORMAT: 'json' } });
const { answered, refused, failures, rolls } = await rollUnderLoad(service, { requests, leastRolls: 6 });
service.signal('SIGTERM');
const { code } = await service.end();

const seconds = Math.round((performance.now() - begun) / 1_000);
process.stdout.write(
  `${answered} requests were answered in ${seconds} s, while both workers were replaced ${rolls} times.\n` +
    `${failures.length} failed, ${refused} found no listener, and the exit code was ${code}.\n`,
);
for (const failure of failures.slice(0, 20)) process.stdout.write(`  ${failure}\n`);
if (failures.length + refused > 0 || code !== 0) process.exitCode = 1;
