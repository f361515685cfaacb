import { PostgresServer } from '../../test/postgres/postgres-server.ts';
import type { GoalResult, Table } from '../harness/goals.ts';
import { type Measured, shareOf } from '../harness/rounds.ts';
import type { RequestTemplate } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { fillPostgres } from '../seed/fill-postgres.ts';
import { newUserRequest, profileRequests, userListRequest, validateRequests } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import { type BareKind, startBarePostgres, startGuildhall } from '../servers/servers.ts';
import { type Benchmark, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

const ROUTES: readonly Readonly<{
  of: string;
  kind: BareKind;
  requestsOf: (seed: Seed) => readonly RequestTemplate[];
}>[] = [
  { of: 'GET /profile', kind: 'profile', requestsOf: profileRequests },
  { of: 'POST /licenses/validate', kind: 'validate', requestsOf: validateRequests },
  { of: 'GET /users?limit=50', kind: 'users', requestsOf: (seed) => [userListRequest('first', seed)] },
  { of: 'POST /users', kind: 'newUser', requestsOf: () => [newUserRequest] },
];

/** The same routes on a Postgres that shares the cores of the load and does not wait for the disk. Goal 14. */
export const postgres: Benchmark = async (runner) => {
  await using server = await PostgresServer.start();
  const database = server.url();
  const seed = { createdUntil: new Date().toISOString(), users: SMALL_STORE, passwordHash: runner.passwordHash };
  await fillPostgres(database, seed);
  await using guildhall = await startGuildhall(runner, { store: database });

  const goals: GoalResult[] = [];
  const tables: Table[] = [];
  for (const { of, kind, requestsOf } of ROUTES) {
    const templates = requestsOf(seed);
    await using bare = await startBarePostgres(runner, { kind, templates, model: guildhall, database });
    await using servers = new AsyncDisposableStack();
    const contenders = [bare, guildhall];
    // The cost of Guildhall's own query, which selects more columns or uses a transaction.
    if (kind === 'profile' || kind === 'newUser') {
      const model = { kind, templates, model: guildhall, database } as const;
      contenders.push(servers.use(await startBarePostgres(runner, { ...model, usesOurQuery: true })));
    }
    const measured = await inTurn(
      runner,
      contenders.map((contender) => underLoad(runner, contender, templates)),
    );
    const [limit, ours] = measured as [Measured, Measured];
    goals.push({ goal: 14, of: `\`${of}\``, ...shareOf(ours, limit) });
    tables.push(tableOf(`${of}, on Postgres`, measured));
  }
  return { goals, tables };
};
