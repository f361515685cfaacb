import { type Contender, measureInTurn, slowestOf } from '../harness/rounds.ts';
import { ratioOf } from '../harness/statistics.ts';
import { loginAsks, profileAsks } from '../seed/requests.ts';
import { FEW, guildhallWith, type RunPart, tableOf } from './part.ts';

const LOOKUPS_A_SECOND = 200;
const LOGIN_CONNECTIONS = 16;
const LOOKUP_CONNECTIONS = 64;
/** Until the log-ins have filled the queue. */
const BUILD_UP_MS = 500;

/** A percentile needs many answers: rounds are longer than elsewhere. */
const LONGER = 3;

/** Reads while log-ins saturate, all on one core. Goal 7. */
export const mixed: RunPart = async (workshop) => {
  await using guildhall = await guildhallWith(workshop, FEW);
  const { url, process, world } = guildhall;
  const { generator } = workshop;
  const lookups = { url, connections: LOOKUP_CONNECTIONS, asks: profileAsks(world) };
  const logins = { url, connections: LOGIN_CONNECTIONS, asks: loginAsks(world) };

  const lookUp = async (seconds: number) => {
    const { requests, seconds: took, p99Ms } = await generator.runSteadily({ ...lookups, seconds }, LOOKUPS_A_SECOND);
    process.emptyLog();
    return { perSecond: requests / took, p99Ms };
  };
  const quiet: Contender = { name: 'alone', measure: lookUp };
  const busy: Contender = {
    name: 'while log-ins saturate',
    measure: async (seconds) => {
      const storm = generator.runPatiently({ ...logins, seconds: seconds + (2 * BUILD_UP_MS) / 1_000 });
      const [round] = await Promise.all([afterBuildUp(() => lookUp(seconds)), storm]);
      return round;
    },
  };
  const { options, say } = workshop;
  const measured = await measureInTurn([quiet, busy], { ...options, seconds: options.seconds * LONGER }, say);
  const [alone, stormed] = measured.map(slowestOf) as [readonly number[], readonly number[]];
  return {
    reached: [{ goal: 7, value: ratioOf(stormed, alone) }],
    tables: [tableOf(`GET /profile at ${LOOKUPS_A_SECOND} a second`, measured)],
  };
};

const afterBuildUp = async <T>(work: () => Promise<T>): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, BUILD_UP_MS));
  return work();
};
