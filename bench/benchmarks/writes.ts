import { type Round, shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { activationAsks, newUserAsk } from '../seed/requests.ts';
import { FEW, guildhallWith, inTurn, type RunPart, tableOf } from './part.ts';

/** More than one second of the fastest disk could commit. */
const NUMBERS_A_ROUND = 10_000_000;

/** Writes that are acknowledged once the disk has them. Goal 8. */
export const writes: RunPart = async (workshop) => {
  await using guildhall = await guildhallWith(workshop, FEW);
  const { path } = await workshop.store(FEW);
  let firstNumber = NUMBERS_A_ROUND;
  const raw = {
    name: 'raw commits of one row, FULL',
    measure: (seconds: number): Promise<Round> => {
      firstNumber += NUMBERS_A_ROUND;
      return workshop.result('bench/servers/raw-commits.ts', [path, String(firstNumber), String(seconds)]);
    },
  };
  const measured = await inTurn(workshop, [
    raw,
    underLoad(workshop, guildhall, [newUserAsk], { called: 'POST /users' }),
    underLoad(workshop, guildhall, activationAsks(guildhall.world), { called: 'PUT …/activations/{fingerprint}' }),
  ]);
  const [limit, users, activations] = measured;
  return {
    reached: [
      { goal: 8, of: '`POST /users`', ...shareOf(users, limit) },
      { goal: 8, of: '`PUT …/activations/…`', ...shareOf(activations, limit) },
    ],
    tables: [tableOf('Writes, 32 clients', measured)],
  };
};
