import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crashTest } from './crash-test.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: randomUUID().slice(0, 8) } },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const rounds = Number(values.rounds);

print(`${rounds} rounds with seed ${values.seed}; to repeat them: npm run crash-test -- --seed ${values.seed}`);
const report = await crashTest({ rounds, seed: values.seed, log: print });
print(
  `${report.rounds} kills in ${report.seconds} s. ${report.acknowledged} writes were acknowledged, and none is missing; ` +
    `${report.unacknowledged} more were committed without an acknowledgment. ${report.emails} emails were sent, none is lost; ` +
    `${report.secondCopies} were sent twice. The file is intact.`,
);
