import type { GoalResult, Table } from '../harness/goals.ts';
import { cpuOf, type Measured, rates } from '../harness/rounds.ts';
import { ratioOf, spreadOf } from '../harness/statistics.ts';
import type { RequestTemplate } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { addAdministrator } from '../seed/fill-sqlite.ts';
import {
  activationRequests,
  profileRequests,
  registerRequests,
  searchRequests,
  userListRequest,
  validateRequests,
} from '../seed/requests.ts';
import { type Seed, seedRowsOf } from '../seed/seed-data.ts';
import { type Benchmark, guildhallWith, inTurn } from './benchmark.ts';
import { eventLoopStops } from './event-loop-stops.ts';

const ROUTES: readonly Readonly<{
  goal: 9 | 10;
  of: string;
  requestsOf: (seed: Seed) => readonly RequestTemplate[];
}>[] = [
  { goal: 9, of: '`GET /profile`', requestsOf: profileRequests },
  { goal: 9, of: '`POST /licenses/validate`', requestsOf: validateRequests },
  { goal: 9, of: '`GET /connected/register/…`', requestsOf: registerRequests },
  { goal: 9, of: '`PUT …/activations/…`', requestsOf: activationRequests },
  { goal: 10, of: '`GET /users`, first page', requestsOf: (seed) => [userListRequest('first', seed)] },
  { goal: 10, of: '`GET /users`, last page', requestsOf: (seed) => [userListRequest('last', seed)] },
  { goal: 10, of: '`GET /console/accounts?q=…`', requestsOf: searchRequests },
];

/** Cost of a request in stores of different sizes, all served at the same time. Goals 9 and 10, and 7c in the largest. */
export const growth: Benchmark = async (runner) => {
  await using servers = new AsyncDisposableStack();
  const stores = [];
  for (const size of runner.options.sizes) {
    const name = `${size.toLocaleString('en-US')} users`;
    const server = servers.use(await guildhallWith(runner, size, { name }));
    await addAdministrator(server.store, seedRowsOf(0, server.seed).user.id);
    stores.push(server);
  }
  const goals: GoalResult[] = [];
  const rows: string[][] = [];
  for (const { goal, of, requestsOf } of ROUTES) {
    runner.log(of);
    const measured = await inTurn(
      runner,
      stores.map((store) => underLoad(runner, store, requestsOf(store.seed))),
    );
    const [smallest, largest] = [measured[0], measured.at(-1)] as [Measured, Measured];
    goals.push({ goal, of, value: ratioOf(costOf(largest), costOf(smallest)) });
    rows.push([of, ...measured.flatMap(cellsOf)]);
  }
  const names = stores.flatMap(({ name }) => [`${name}, per second`, 'CPU µs each']);
  const table: Table = { title: 'Growth', head: ['route', ...names], rows };
  const stops = await eventLoopStops(runner, stores.at(-1) as (typeof stores)[number]);
  return { goals: [...goals, ...stops.goals], tables: [table, ...stops.tables] };
};

/** CPU time per request, or elapsed time on machines that do not report it. */
const costOf = (measured: Measured): readonly number[] =>
  cpuOf(measured) ?? rates(measured).map((perSecond) => 1e6 / perSecond);

const cellsOf = (measured: Measured): string[] => {
  const perSecond = spreadOf(rates(measured)).median.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [perSecond, spreadOf(costOf(measured)).median.toFixed(1)];
};
