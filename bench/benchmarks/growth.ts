import type { Reached, Table } from '../harness/goals.ts';
import { cpuOf, type Measured, rates } from '../harness/rounds.ts';
import { ratioOf, spreadOf } from '../harness/statistics.ts';
import type { Ask } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { activationAsks, profileAsks, registerAsks, userListAsk, validateAsks } from '../seed/requests.ts';
import type { World } from '../seed/seed-data.ts';
import { guildhallWith, inTurn, type RunPart } from './part.ts';

const ROUTES: readonly Readonly<{ goal: 9 | 10; of: string; asksOf: (world: World) => readonly Ask[] }>[] = [
  { goal: 9, of: '`GET /profile`', asksOf: profileAsks },
  { goal: 9, of: '`POST /licenses/validate`', asksOf: validateAsks },
  { goal: 9, of: '`GET /connected/register/…`', asksOf: registerAsks },
  { goal: 9, of: '`PUT …/activations/…`', asksOf: activationAsks },
  { goal: 10, of: '`GET /users`, first page', asksOf: (world) => [userListAsk('first', world)] },
  { goal: 10, of: '`GET /users`, last page', asksOf: (world) => [userListAsk('last', world)] },
];

/** What a request costs in stores of different sizes, all of them served at the same time. Goals 9 and 10. */
export const growth: RunPart = async (workshop) => {
  await using servers = new AsyncDisposableStack();
  const stores = [];
  for (const size of workshop.options.sizes) {
    const name = `${size.toLocaleString('en-US')} users`;
    stores.push(servers.use(await guildhallWith(workshop, size, { name })));
  }
  const reached: Reached[] = [];
  const rows: string[][] = [];
  for (const { goal, of, asksOf } of ROUTES) {
    workshop.say(of);
    const measured = await inTurn(
      workshop,
      stores.map((store) => underLoad(workshop, store, asksOf(store.world))),
    );
    const [smallest, largest] = [measured[0], measured.at(-1)] as [Measured, Measured];
    reached.push({ goal, of, value: ratioOf(costOf(largest), costOf(smallest)) });
    rows.push([of, ...measured.flatMap(cellsOf)]);
  }
  const names = stores.flatMap(({ name }) => [`${name}, per second`, 'CPU µs each']);
  const table: Table = { title: 'Growth', head: ['route', ...names], rows };
  return { reached, tables: [table] };
};

/** CPU time a request; where the machine does not tell it, the time that passed. */
const costOf = (measured: Measured): readonly number[] =>
  cpuOf(measured) ?? rates(measured).map((perSecond) => 1e6 / perSecond);

const cellsOf = (measured: Measured): string[] => {
  const perSecond = spreadOf(rates(measured)).median.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [perSecond, spreadOf(costOf(measured)).median.toFixed(1)];
};
