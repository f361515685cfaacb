import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../harness/rounds.ts';
import type { Runner } from '../harness/runner.ts';
import type { Server } from '../servers/servers.ts';
import type { RequestTemplate } from './load-plan.ts';

const CONNECTIONS = 32;
/** By then the code of a request has been optimized, on every server. */
const WARM_AFTER = 100_000;
/** Pause between two rounds, for requests in flight. */
const PAUSE_MS = 100;

/** Measures a server at its maximum throughput. */
export const underLoad = (
  { generator }: Runner,
  { name, process, url }: Server,
  templates: readonly RequestTemplate[],
  options: { connections?: number; name?: string; isClosedLoop?: boolean; tool?: 'wrk' | 'autocannon' } = {},
): Contender => ({
  name: options.name ?? name,
  warmAfter: options.isClosedLoop ? 0 : WARM_AFTER,
  async measure(seconds) {
    const load = { url, connections: options.connections ?? CONNECTIONS, seconds, templates };
    const [ran, waited] = [process.cpuMicros(), process.waitedMicros()];
    const {
      requests,
      seconds: took,
      p99Ms,
    } = await (options.isClosedLoop ? generator.runClosedLoop(load) : generator.run(load, options.tool));
    const [cpu, wait] = [since(ran, process.cpuMicros()), since(waited, process.waitedMicros())];
    process.emptyLog();
    await sleep(PAUSE_MS);
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
