import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../harness/rounds.ts';
import type { Workshop } from '../harness/runner.ts';
import type { Server } from '../servers/servers.ts';
import type { Ask } from './load-plan.ts';

const CONNECTIONS = 32;
/** By then everything that runs for each of them has been compiled for good, ours included. */
const WARM_AFTER = 100_000;
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
  warmAfter: options.isPatient ? 0 : WARM_AFTER,
  async measure(seconds) {
    const load = { url, connections: options.connections ?? CONNECTIONS, seconds, asks };
    const [ran, waited] = [process.cpuMicros(), process.waitedMicros()];
    const {
      requests,
      seconds: took,
      p99Ms,
    } = await (options.isPatient ? generator.runPatiently(load) : generator.run(load));
    const [cpu, wait] = [since(ran, process.cpuMicros()), since(waited, process.waitedMicros())];
    process.emptyLog();
    await sleep(BREATH_MS);
    return {
      perSecond: requests / took,
      cpuMicros: cpu === undefined ? undefined : cpu / requests,
      p99Ms,
      waited: wait === undefined ? undefined : wait / (took * 1e6),
    };
  },
});

const since = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before;
