import { shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { profileAsks } from '../seed/requests.ts';
import { startBare, startBetterAuth, startStep } from '../servers/servers.ts';
import { FEW, guildhallWith, inTurn, type RunPart, tableOf } from './part.ts';

/** To let one in takes the peer a hash, so it gets fewer people to look up, which is to its advantage. */
const PEERS = 32;

/** Who am I? Goals 1 and 2. */
export const profile: RunPart = async (workshop) => {
  await using peer = await startBetterAuth(workshop, { people: PEERS });
  await using guildhall = await guildhallWith(workshop, FEW);
  const asks = profileAsks(guildhall.world);
  await using bare = await startBare(workshop, { kind: 'profile', asks, model: guildhall });
  const step = { asks, model: guildhall };
  await using headed = await startStep(workshop, { ...step, name: 'bare Fastify, with our headers' });
  const name = '… and with the look-up';
  await using looking = await startStep(workshop, { ...step, name, store: guildhall.store });
  const peerAsks = peer.cookies.map((cookie) => ({ path: '/profile', headers: { cookie } }));

  const measured = await inTurn(workshop, [
    underLoad(workshop, bare, asks),
    underLoad(workshop, guildhall, asks),
    underLoad(workshop, peer, peerAsks),
    underLoad(workshop, headed, asks),
    underLoad(workshop, looking, asks),
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
