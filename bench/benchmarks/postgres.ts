import { PostgresServer } from '../../test/postgres/postgres-server.ts';
import type { Reached, Table } from '../harness/goals.ts';
import { type Measured, shareOf } from '../harness/rounds.ts';
import type { Ask } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { fillPostgres } from '../seed/fill-postgres.ts';
import { newUserAsk, profileAsks, userListAsk, validateAsks } from '../seed/requests.ts';
import type { World } from '../seed/seed-data.ts';
import { type BareKind, startBarePostgres, startGuildhall } from '../servers/servers.ts';
import { FEW, inTurn, type RunPart, tableOf } from './part.ts';

const ROUTES: readonly Readonly<{ of: string; kind: BareKind; asksOf: (world: World) => readonly Ask[] }>[] = [
  { of: 'GET /profile', kind: 'profile', asksOf: profileAsks },
  { of: 'POST /licenses/validate', kind: 'validate', asksOf: validateAsks },
  { of: 'GET /users?limit=50', kind: 'users', asksOf: (world) => [userListAsk('first', world)] },
  { of: 'POST /users', kind: 'newUser', asksOf: () => [newUserAsk] },
];

/** The same routes on a Postgres that shares the cores of the load and does not wait for the disk. Goal 14. */
export const postgres: RunPart = async (workshop) => {
  await using server = await PostgresServer.start();
  const database = server.url();
  const world = { at: new Date().toISOString(), people: FEW, passwordHash: workshop.passwordHash };
  await fillPostgres(database, world);
  await using guildhall = await startGuildhall(workshop, { store: database });

  const reached: Reached[] = [];
  const tables: Table[] = [];
  for (const { of, kind, asksOf } of ROUTES) {
    const asks = asksOf(world);
    await using bare = await startBarePostgres(workshop, { kind, asks, model: guildhall, database });
    await using servers = new AsyncDisposableStack();
    const contenders = [bare, guildhall];
    // Where we ask for more, or in another way, it is shown what that alone takes.
    if (kind === 'profile' || kind === 'newUser') {
      const model = { kind, asks, model: guildhall, database } as const;
      contenders.push(servers.use(await startBarePostgres(workshop, { ...model, asksAsWeDo: true })));
    }
    const measured = await inTurn(
      workshop,
      contenders.map((contender) => underLoad(workshop, contender, asks)),
    );
    const [limit, ours] = measured as [Measured, Measured];
    reached.push({ goal: 14, of: `\`${of}\``, ...shareOf(ours, limit) });
    tables.push(tableOf(`${of}, on Postgres`, measured));
  }
  return { reached, tables };
};
