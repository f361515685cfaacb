import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../harness/rounds.ts';
import type { Workshop } from '../harness/workshop.ts';
import type { Server } from '../subjects/servers.ts';
import type { Ask } from './load-plan.ts';

const CONNECTIONS = 32;
/** Between two rounds, for what is still under way. */
const BREATH_MS = 100;

/** A server that is asked as fast as it answers. */
export const underLoad = (
  { generator }: Workshop,
  { name, process, url }: Server,
  asks: readonly Ask[],
  options: { connections?: number; called?: string; isPatient?: boolean } = {},
): Contender => ({
  name: options.called ?? name,
  async measure(seconds) {
    const load = { url, connections: options.connections ?? CONNECTIONS, seconds, asks };
    const before = process.cpuMicros();
    const {
      requests,
      seconds: took,
      p99Ms,
    } = await (options.isPatient ? generator.runPatiently(load) : generator.run(load));
    const after = process.cpuMicros();
    process.emptyLog();
    await sleep(BREATH_MS);
    const cpuMicros = before === undefined || after === undefined ? undefined : (after - before) / requests;
    return { perSecond: requests / took, cpuMicros, p99Ms };
  },
});
