import { type Contender, measureInTurn, slowestOf } from '../harness/rounds.ts';
import { ratioOf } from '../harness/statistics.ts';
import { loginRequests, newUserRequest, profileRequests } from '../seed/requests.ts';
import { type Benchmark, guildhallWith, SMALL_STORE, tableOf } from './benchmark.ts';

const LOOKUPS_PER_SECOND = 200;
const LOGIN_CONNECTIONS = 16;
const WRITING_CONNECTIONS = 32;
const LOOKUP_CONNECTIONS = 64;
/** Time for the other load to fill its queue. */
const BUILD_UP_MS = 500;

/** A percentile needs many responses, so rounds are longer. */
const ROUND_FACTOR = 3;

/** Reads while log-ins, or writes, saturate, all on one core. Goals 7 and 7b. */
export const mixed: Benchmark = async (runner) => {
  await using guildhall = await guildhallWith(runner, SMALL_STORE);
  const { url, process, seed } = guildhall;
  const { generator } = runner;
  const lookups = { url, connections: LOOKUP_CONNECTIONS, templates: profileRequests(seed) };
  const writes = { url, connections: WRITING_CONNECTIONS, templates: [newUserRequest] };
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
  const beside = (name: string, others: (seconds: number) => Promise<unknown>): Contender => ({
    name,
    measure: async (seconds) => {
      const load = others(seconds + (2 * BUILD_UP_MS) / 1_000);
      const [round] = await Promise.all([afterBuildUp(() => lookUp(seconds)), load]);
      return round;
    },
  });
  const besideLogins = beside('while log-ins saturate', (seconds) => generator.runClosedLoop({ ...logins, seconds }));
  const besideWrites = beside('while 32 clients write', (seconds) => generator.run({ ...writes, seconds }));
  const { options, log } = runner;
  const lengths = { ...options, seconds: options.seconds * ROUND_FACTOR };
  const measured = await measureInTurn([quiet, besideLogins, besideWrites], lengths, log);
  const [alone, loggingIn, writing] = measured.map(slowestOf) as [number[], number[], number[]];
  return {
    goals: [
      { goal: 7, value: ratioOf(loggingIn, alone) },
      { goal: '7b', value: ratioOf(writing, alone) },
    ],
    tables: [tableOf(`GET /profile at ${LOOKUPS_PER_SECOND} per second`, measured)],
  };
};

const afterBuildUp = async <T>(work: () => Promise<T>): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, BUILD_UP_MS));
  return work();
};
