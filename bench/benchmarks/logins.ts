import type { GoalResult } from '../harness/goals.ts';
import { type Contender, type Measured, type Round, rates, shareOf } from '../harness/rounds.ts';
import type { Runner } from '../harness/runner.ts';
import { spreadOf } from '../harness/statistics.ts';
import { underLoad } from '../load/under-load.ts';
import { loginRequests } from '../seed/requests.ts';
import { PASSWORD } from '../seed/seed-data.ts';
import { startBetterAuth } from '../servers/servers.ts';
import { type Benchmark, guildhallWith, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

const PEERS = 32;
const CONNECTIONS = 16;

/** Log-ins, on one core and on all. The load generator needs hardly any CPU. Goals 5 and 6. */
export const logins: Benchmark = async (runner) => {
  const { server, all, isPinned } = runner.cores;
  const one = await onCores(runner, server, 'one core');
  if (!isPinned) return one;
  const every = await onCores(runner, all, 'all cores');
  return { goals: [...one.goals, ...every.goals], tables: [...one.tables, ...every.tables] };
};

const onCores = async (runner: Runner, cores: string, of: string) => {
  await using peer = await startBetterAuth(runner, { users: PEERS, cores });
  await using guildhall = await guildhallWith(runner, SMALL_STORE, { cores });
  const peerRequests = Array.from({ length: PEERS }, (_, nth) => ({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    headers: { 'content-type': 'application/json', origin: peer.url },
    body: JSON.stringify({ email: `peer${nth}@example.com`, password: PASSWORD }),
  }));
  const concurrency = cores.split(',').length;
  const load = { connections: CONNECTIONS, isClosedLoop: true };
  const measured = await inTurn(runner, [
    rawHashes(runner, 'argon2', { cores, concurrency }),
    rawHashes(runner, '@node-rs/argon2', { cores, concurrency }),
    underLoad(runner, guildhall, loginRequests(guildhall.seed), load),
    underLoad(runner, peer, peerRequests, load),
  ]);
  const [slower, faster, ours, theirs] = measured;
  const limit = median(slower) > median(faster) ? slower : faster;
  const goals: GoalResult[] = [
    { goal: 5, of, ...shareOf(ours, limit) },
    { goal: 6, of, ...shareOf(ours, theirs) },
  ];
  return { goals, tables: [tableOf(`POST /sessions, ${of}`, measured)] };
};

const median = (measured: Measured): number => spreadOf(rates(measured)).median;

const rawHashes = (
  runner: Runner,
  library: string,
  { cores, concurrency }: { cores: string; concurrency: number },
): Contender => ({
  name: `raw ${library}`,
  measure: (seconds): Promise<Round> => {
    const args = [library, runner.passwordHash, PASSWORD, String(concurrency), String(seconds)];
    return runner.result('bench/servers/raw-hashes.ts', args, cores);
  },
});
