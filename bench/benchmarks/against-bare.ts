import type { GoalNumber } from '../harness/goals.ts';
import { shareOf } from '../harness/rounds.ts';
import type { Ask } from '../load/load-plan.ts';
import { underLoad } from '../load/under-load.ts';
import { registerAsks, userListAsk, validateAsks } from '../seed/requests.ts';
import type { World } from '../seed/seed-data.ts';
import { type BareKind, startBare } from '../servers/servers.ts';
import { FEW, guildhallWith, inTurn, type RunPart, tableOf } from './part.ts';

/** Reads that are held against Fastify alone. */
const againstBare =
  (title: string, kind: BareKind, asksOf: (world: World) => Ask[], goal?: GoalNumber): RunPart =>
  async (workshop) => {
    await using guildhall = await guildhallWith(workshop, FEW);
    const asks = asksOf(guildhall.world);
    await using bare = await startBare(workshop, { kind, asks, model: guildhall });
    // The response schema is not always the faster way. This one is shown, and not what a goal is held against.
    await using other = await startBare(workshop, { kind, asks, model: guildhall, stringifies: true });
    const measured = await inTurn(workshop, [
      underLoad(workshop, bare, asks),
      underLoad(workshop, guildhall, asks),
      underLoad(workshop, other, asks),
    ]);
    const [limit, ours] = measured;
    const reached = goal === undefined ? [] : [{ goal, ...shareOf(ours, limit) }];
    return { reached, tables: [tableOf(title, measured)] };
  };

/** May this software run? Goal 3. */
export const validate = againstBare('POST /licenses/validate', 'validate', validateAsks, 3);

/** Fifty users. Goal 4. */
export const list = againstBare('GET /users?limit=50', 'users', (world) => [userListAsk('first', world)], 4);

/** What was found out about a pair before. */
export const register = againstBare('GET /connected/register/{dev1}/{dev2}', 'register', registerAsks);
