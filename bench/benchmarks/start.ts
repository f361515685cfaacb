import { setTimeout as sleep } from 'node:timers/promises';
import { spread } from '../harness/report.ts';
import { freePort, type Runner } from '../harness/runner.ts';
import { ratioOf, spreadOf } from '../harness/statistics.ts';
import { underLoad } from '../load/under-load.ts';
import { refreshSessions } from '../seed/fill-sqlite.ts';
import { loginRequests, profileRequests, tokenHashes } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import { startGuildhall } from '../servers/servers.ts';
import { SETTINGS } from '../servers/settings.ts';
import { type Benchmark, SMALL_STORE } from './benchmark.ts';

const IDLE_MS = 3_000;

/** Time from the start of the process to its first response, and its memory. Goals 12 and 13. */
export const start: Benchmark = async (runner) => {
  const { path, seed } = await runner.store(SMALL_STORE);
  refreshSessions(path, tokenHashes(seed));
  const response = runner.file('response.json', '{"email":"ada@example.com"}');
  const startBare = (port: number) =>
    runner.start({
      name: 'bare Fastify',
      script: 'bench/servers/bare-fastify.ts',
      args: [String(port), 'profile', response],
    });
  const startOurs = (port: number) => {
    const env = { ...SETTINGS, DATABASE_URL: `file:${path}`, PORT: String(port) };
    return runner.start({ name: 'Guildhall', script: 'src/main.js', env });
  };

  // The first start of each fills caches, the compile cache of Guildhall among them.
  await timeOf(startBare);
  await timeOf(startOurs);
  const [bareMs, oursMs]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < runner.options.starts; nth += 1) {
    bareMs.push(await timeOf(startBare));
    oursMs.push(await timeOf(startOurs));
    runner.log(`started in ${oursMs.at(-1)?.toFixed(0)} ms, bare Fastify in ${bareMs.at(-1)?.toFixed(0)} ms`);
  }
  const memory = await memoryOf(runner, path, seed);
  return {
    goals: [
      { goal: 12, value: ratioOf(oursMs, bareMs) },
      ...(memory === undefined ? [] : [{ goal: 13 as const, value: spreadOf([memory.idle]) }]),
    ],
    tables: [
      {
        title: 'Start and memory',
        head: ['', 'start to first 200, ms', 'idle RSS, MB', 'after reads', 'after log-ins'],
        rows: [
          ['bare Fastify', spread(spreadOf(bareMs), 0), '–', '–', '–'],
          [
            'Guildhall',
            spread(spreadOf(oursMs), 0),
            ...[memory?.idle, memory?.afterReads, memory?.afterLogins].map(mb),
          ],
        ],
      },
    ],
  };
};

const memoryOf = async (runner: Runner, store: string, seed: Seed): Promise<Memory | undefined> => {
  await using guildhall = await startGuildhall(runner, { store });
  await sleep(IDLE_MS);
  const idle = guildhall.process.residentMb();
  await underLoad(runner, guildhall, profileRequests(seed)).measure(runner.options.seconds);
  const afterReads = guildhall.process.residentMb();
  const load = { connections: 16, isClosedLoop: true };
  await underLoad(runner, guildhall, loginRequests(seed), load).measure(runner.options.seconds);
  const afterLogins = guildhall.process.residentMb();
  const isKnown = idle !== undefined && afterReads !== undefined && afterLogins !== undefined;
  return isKnown ? { idle, afterReads, afterLogins } : undefined;
};

/** Resident memory of the process. Unit: MB. */
type Memory = Readonly<{ idle: number; afterReads: number; afterLogins: number }>;

const mb = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(0));

const timeOf = async (startOn: (port: number) => ReturnType<Runner['start']>): Promise<number> => {
  const port = await freePort();
  await using process = startOn(port);
  return await process.waitUntilOk(`http://127.0.0.1:${port}/_health`, { everyMs: 1 });
};
