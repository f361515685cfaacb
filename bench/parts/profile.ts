import { shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { profileAsks } from '../seed/asks.ts';
import { startBare, startBetterAuth } from '../subjects/servers.ts';
import { FEW, guildhallWith, inTurn, type RunPart, tableOf } from './part.ts';

/** To let one in takes the peer a hash, so it gets fewer people to look up, which is to its advantage. */
const PEERS = 32;

/**
 * A limit with so much to compute. Bare Fastify answers faster than the load can ask, so the load never sleeps; whoever
 * has more to do also pays for waking it. What this costs beyond its work is that price. Unit: µs.
 */
const WORK_MICROS = 20;

/** Who am I? Goals 1 and 2. */
export const profile: RunPart = async (workshop) => {
  await using peer = await startBetterAuth(workshop, { people: PEERS });
  await using guildhall = await guildhallWith(workshop, FEW);
  const asks = profileAsks(guildhall.world);
  await using bare = await startBare(workshop, { kind: 'profile', asks, model: guildhall });
  await using worked = await startBare(workshop, { kind: 'profile', asks, model: guildhall, workMicros: WORK_MICROS });
  const peerAsks = peer.cookies.map((cookie) => ({ path: '/profile', headers: { cookie } }));

  const measured = await inTurn(workshop, [
    underLoad(workshop, bare, asks),
    underLoad(workshop, guildhall, asks),
    underLoad(workshop, peer, peerAsks),
    underLoad(workshop, worked, asks),
  ]);
  const [limit, ours, theirs] = measured;
  return {
    reached: [
      { goal: 1, ...shareOf(ours, limit) },
      { goal: 2, ...shareOf(ours, theirs) },
    ],
    tables: [tableOf('GET /profile', measured)],
  };
};
