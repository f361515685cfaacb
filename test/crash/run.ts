import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crashTest } from './crash-test.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: randomUUID().slice(0, 8) } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const rounds = Number(values.rounds);

say(`${rounds} rounds with seed ${values.seed}; to have them again: npm run crash-test -- --seed ${values.seed}`);
const report = await crashTest({ rounds, seed: values.seed, tell: say });
say(
  `${report.rounds} kills in ${report.seconds} s. ${report.acknowledged} writes were acknowledged, and all are there; ` +
    `${report.unacknowledged} more were kept of which nobody heard. ${report.letters} letters arrived, none is lost; ` +
    `${report.secondCopies} arrived a second time. The file is sound.`,
);
