import type { GoalNumber } from '../harness/goals.ts';
import { shareOf } from '../harness/rounds.ts';
import type { RequestTemplate } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { registerRequests, userListRequest, validateRequests } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import { type BareKind, startBare } from '../servers/servers.ts';
import { type Benchmark, guildhallWith, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

/** Compares a read with bare Fastify. */
const againstBare =
  (title: string, kind: BareKind, requestsOf: (seed: Seed) => RequestTemplate[], goal?: GoalNumber): Benchmark =>
  async (runner) => {
    await using guildhall = await guildhallWith(runner, SMALL_STORE);
    const templates = requestsOf(guildhall.seed);
    await using bare = await startBare(runner, { kind, templates, model: guildhall });
    // A response schema is not always faster than JSON.stringify. This variant is shown and not compared with a goal.
    await using other = await startBare(runner, { kind, templates, model: guildhall, stringifies: true });
    const measured = await inTurn(runner, [
      underLoad(runner, bare, templates),
      underLoad(runner, guildhall, templates),
      underLoad(runner, other, templates),
    ]);
    const [limit, ours] = measured;
    const goals = goal === undefined ? [] : [{ goal, ...shareOf(ours, limit) }];
    return { goals, tables: [tableOf(title, measured)] };
  };

/** Validation of a license. Goal 3. */
export const validate = againstBare('POST /licenses/validate', 'validate', validateRequests, 3);

/** A page of fifty users. Goal 4. */
export const list = againstBare('GET /users?limit=50', 'users', (seed) => [userListRequest('first', seed)], 4);

/** The recorded checks of a pair. Goal 4b. */
export const register = againstBare('GET /connected/register/{dev1}/{dev2}', 'register', registerRequests, '4b');
