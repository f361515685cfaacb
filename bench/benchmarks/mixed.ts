import { type Contender, measureInTurn, slowestOf } from '../harness/rounds.ts';
import { ratioOf } from '../harness/statistics.ts';
import { loginRequests, profileRequests } from '../seed/requests.ts';
import { type Benchmark, guildhallWith, SMALL_STORE, tableOf } from './benchmark.ts';

const LOOKUPS_PER_SECOND = 200;
const LOGIN_CONNECTIONS = 16;
const LOOKUP_CONNECTIONS = 64;
/** Time for the log-ins to fill the queue. */
const BUILD_UP_MS = 500;

/** A percentile needs many responses, so rounds are longer. */
const ROUND_FACTOR = 3;

/** Reads while log-ins saturate, all on one core. Goal 7. */
export const mixed: Benchmark = async (runner) => {
  await using guildhall = await guildhallWith(runner, SMALL_STORE);
  const { url, process, seed } = guildhall;
  const { generator } = runner;
  const lookups = { url, connections: LOOKUP_CONNECTIONS, templates: profileRequests(seed) };
  const logins = { url, connections: LOGIN_CONNECTIONS, templates: loginRequests(seed) };

  const lookUp = async (seconds: number) => {
    const {
      requests,
      seconds: took,
      p99Ms,
    } = await generator.runAtConstantRate({ ...lookups, seconds }, LOOKUPS_PER_SECOND);
    process.emptyLog();
    return { perSecond: requests / took, p99Ms };
  };
  const quiet: Contender = { name: 'alone', measure: lookUp };
  const busy: Contender = {
    name: 'while log-ins saturate',
    measure: async (seconds) => {
      const load = generator.runClosedLoop({ ...logins, seconds: seconds + (2 * BUILD_UP_MS) / 1_000 });
      const [round] = await Promise.all([afterBuildUp(() => lookUp(seconds)), load]);
      return round;
    },
  };
  const { options, log } = runner;
  const measured = await measureInTurn([quiet, busy], { ...options, seconds: options.seconds * ROUND_FACTOR }, log);
  const [alone, loaded] = measured.map(slowestOf) as [readonly number[], readonly number[]];
  return {
    goals: [{ goal: 7, value: ratioOf(loaded, alone) }],
    tables: [tableOf(`GET /profile at ${LOOKUPS_PER_SECOND} per second`, measured)],
  };
};

const afterBuildUp = async <T>(work: () => Promise<T>): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, BUILD_UP_MS));
  return work();
};
