import { setTimeout as sleep } from 'node:timers/promises';
import { spread } from '../harness/report.ts';
import { freePort, type Workshop } from '../harness/runner.ts';
import { ratioOf, spreadOf } from '../harness/statistics.ts';
import { underLoad } from '../load/under-load.ts';
import { refreshSessions } from '../seed/fill-sqlite.ts';
import { loginAsks, profileAsks, tokenHashes } from '../seed/requests.ts';
import type { World } from '../seed/seed-data.ts';
import { startGuildhall } from '../servers/servers.ts';
import { SETTINGS } from '../servers/settings.ts';
import { FEW, type RunPart } from './part.ts';

const IDLE_MS = 3_000;

/** From the start of the process to its first answer, and what it holds of the memory. Goals 12 and 13. */
export const start: RunPart = async (workshop) => {
  const { path, world } = await workshop.store(FEW);
  refreshSessions(path, tokenHashes(world));
  const answer = workshop.file('answer.json', '{"email":"ada@example.com"}');
  const startBare = (port: number) =>
    workshop.start({
      name: 'bare Fastify',
      script: 'bench/servers/bare-fastify.ts',
      args: [String(port), 'profile', answer],
    });
  const startOurs = (port: number) => {
    const env = { ...SETTINGS, DATABASE_URL: `file:${path}`, PORT: String(port) };
    return workshop.start({ name: 'Guildhall', script: 'src/main.js', env });
  };

  // The first start of each fills caches, ours of compiled code among them.
  await timeOf(startBare);
  await timeOf(startOurs);
  const [bareMs, oursMs]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < workshop.options.starts; nth += 1) {
    bareMs.push(await timeOf(startBare));
    oursMs.push(await timeOf(startOurs));
    workshop.say(`started in ${oursMs.at(-1)?.toFixed(0)} ms, bare Fastify in ${bareMs.at(-1)?.toFixed(0)} ms`);
  }
  const memory = await memoryOf(workshop, path, world);
  return {
    reached: [
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

const memoryOf = async (workshop: Workshop, store: string, world: World): Promise<Memory | undefined> => {
  await using guildhall = await startGuildhall(workshop, { store });
  await sleep(IDLE_MS);
  const idle = guildhall.process.residentMb();
  await underLoad(workshop, guildhall, profileAsks(world)).measure(workshop.options.seconds);
  const afterReads = guildhall.process.residentMb();
  const slowly = { connections: 16, isPatient: true };
  await underLoad(workshop, guildhall, loginAsks(world), slowly).measure(workshop.options.seconds);
  const afterLogins = guildhall.process.residentMb();
  const isKnown = idle !== undefined && afterReads !== undefined && afterLogins !== undefined;
  return isKnown ? { idle, afterReads, afterLogins } : undefined;
};

/** What the process holds. Unit: MB. */
type Memory = Readonly<{ idle: number; afterReads: number; afterLogins: number }>;

const mb = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(0));

const timeOf = async (startOn: (port: number) => ReturnType<Workshop['start']>): Promise<number> => {
  const port = await freePort();
  await using process = startOn(port);
  return await process.answers(`http://127.0.0.1:${port}/_health`, { everyMs: 1 });
};
