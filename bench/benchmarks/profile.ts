import { shareOf } from '../harness/rounds.ts';
import { underLoad } from '../load/under-load.ts';
import { profileRequests } from '../seed/requests.ts';
import { startBare, startBetterAuth, startStep } from '../servers/servers.ts';
import { type Benchmark, guildhallWith, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

/** Each user costs the peer a password hash, so it gets fewer users, which is to its advantage. */
const PEERS = 32;

/** Look-up of a session. Goals 1 and 2. */
export const profile: Benchmark = async (runner) => {
  await using peer = await startBetterAuth(runner, { users: PEERS });
  await using guildhall = await guildhallWith(runner, SMALL_STORE);
  const templates = profileRequests(guildhall.seed);
  await using bare = await startBare(runner, { kind: 'profile', templates, model: guildhall });
  const step = { templates, model: guildhall };
  await using withHeaders = await startStep(runner, { ...step, name: 'bare Fastify, with our headers' });
  const name = '… and with the look-up';
  await using withLookUp = await startStep(runner, { ...step, name, store: guildhall.store });
  const peerRequests = peer.cookies.map((cookie) => ({ path: '/profile', headers: { cookie } }));

  const measured = await inTurn(runner, [
    underLoad(runner, bare, templates),
    underLoad(runner, guildhall, templates),
    underLoad(runner, peer, peerRequests),
    underLoad(runner, withHeaders, templates),
    underLoad(runner, withLookUp, templates),
  ]);
  const [limit, ours, theirs] = measured;
  return {
    goals: [
      { goal: 1, ...shareOf(ours, limit) },
      { goal: 2, ...shareOf(ours, theirs) },
    ],
    tables: [tableOf('GET /profile', measured)],
  };
};
