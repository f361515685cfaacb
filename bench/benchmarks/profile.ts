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
  // Responses of one event-loop tick are sent together. With one connection there is one, and another tool reads otherwise.
  const single = await inTurn(
    runner,
    [bare, guildhall].map((server) => underLoad(runner, server, templates, { connections: 1 })),
  );
  const byAutocannon =
    runner.generator.tool === 'autocannon'
      ? []
      : await inTurn(
          runner,
          [bare, guildhall].map((server) => underLoad(runner, server, templates, { tool: 'autocannon' })),
        );
  const [limit, ours, theirs] = measured;
  return {
    goals: [
      { goal: 1, ...shareOf(ours, limit) },
      { goal: 2, ...shareOf(ours, theirs) },
    ],
    tables: [
      tableOf('GET /profile', measured),
      tableOf('GET /profile, one connection', single),
      ...(byAutocannon.length === 0 ? [] : [tableOf('GET /profile, load by autocannon', byAutocannon)]),
    ],
  };
};
