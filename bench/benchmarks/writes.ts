import { type Round, shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { activationRequests, newUserRequest } from '../seed/requests.ts';
import { type Benchmark, guildhallWith, inTurn, tableOf } from './benchmark.ts';

/** More than the fastest disk could commit in a round. */
const NUMBERS_PER_ROUND = 10_000_000;

/** A license takes 1,000 new machines per hour: this store has enough licenses for three rounds on a fast disk. */
const USERS = 10_000;

/** Writes that are acknowledged after the disk has confirmed them. Goal 8. */
export const writes: Benchmark = async (runner) => {
  await using guildhall = await guildhallWith(runner, USERS);
  const { path } = await runner.store(USERS);
  let firstNumber = NUMBERS_PER_ROUND;
  const raw = {
    name: 'raw commits of one row, FULL',
    measure: (seconds: number): Promise<Round> => {
      firstNumber += NUMBERS_PER_ROUND;
      return runner.result('bench/servers/raw-commits.ts', [path, String(firstNumber), String(seconds)]);
    },
  };
  const measured = await inTurn(runner, [
    raw,
    underLoad(runner, guildhall, [newUserRequest], { name: 'POST /users' }),
    underLoad(runner, guildhall, activationRequests(guildhall.seed), { name: 'PUT …/activations/{fingerprint}' }),
  ]);
  const [limit, users, activations] = measured;
  return {
    goals: [
      { goal: 8, of: '`POST /users`', ...shareOf(users, limit) },
      { goal: 8, of: '`PUT …/activations/…`', ...shareOf(activations, limit) },
    ],
    tables: [tableOf('Writes, 32 clients', measured)],
  };
};
