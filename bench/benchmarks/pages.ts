import type { GoalResult, Table } from '../harness/goals.ts';
import { shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { addAdministrator } from '../seed/fill-sqlite.ts';
import { seedRowsOf, tokenOf } from '../seed/seed-data.ts';
import { startBare } from '../servers/servers.ts';
import { type Benchmark, guildhallWith, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

/** Pages for an administrator, each compared with bare Fastify that sends the same bytes. Goal 15. */
export const pages: Benchmark = async (runner) => {
  await using guildhall = await guildhallWith(runner, SMALL_STORE);
  const { user } = seedRowsOf(0, guildhall.seed);
  await addAdministrator(guildhall.store, user.id);
  const headers = { cookie: `__Host-session_id=${tokenOf(0)}` };
  const goals: GoalResult[] = [];
  const tables: Table[] = [];
  for (const path of ['/console', '/console/licenses', `/console/accounts/${user.id}`, '/account']) {
    const title = `GET ${path.replace(user.id, '{id}')}`;
    const templates = [{ path, headers }];
    await using bare = await startBare(runner, { kind: 'page', templates, model: guildhall });
    const measured = await inTurn(runner, [
      underLoad(runner, bare, templates),
      underLoad(runner, guildhall, templates),
    ]);
    const [limit, ours] = measured;
    goals.push({ goal: 15, of: `\`${title}\``, ...shareOf(ours, limit) });
    tables.push(tableOf(title, measured));
  }
  return { goals, tables };
};
