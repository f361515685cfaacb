import type { Reached } from '../harness/goals.ts';
import { type Contender, type Measured, type Round, rates, shareOf } from '../harness/rounds.ts';
import type { Workshop } from '../harness/runner.ts';
import { spreadOf } from '../harness/statistics.ts';
import { underLoad } from '../load/under-load.ts';
import { loginAsks } from '../seed/requests.ts';
import { PASSWORD } from '../seed/seed-data.ts';
import { startBetterAuth } from '../servers/servers.ts';
import { FEW, guildhallWith, inTurn, type RunPart, tableOf } from './part.ts';

const PEERS = 32;
const CONNECTIONS = 16;

/** Log-ins, on one core and on all. The load takes next to nothing of them. Goals 5 and 6. */
export const logins: RunPart = async (workshop) => {
  const { server, all, isPinned } = workshop.cores;
  const one = await onCores(workshop, server, 'one core');
  if (!isPinned) return one;
  const every = await onCores(workshop, all, 'all cores');
  return { reached: [...one.reached, ...every.reached], tables: [...one.tables, ...every.tables] };
};

const onCores = async (workshop: Workshop, cores: string, of: string) => {
  await using peer = await startBetterAuth(workshop, { people: PEERS, cores });
  await using guildhall = await guildhallWith(workshop, FEW, { cores });
  const peerAsks = Array.from({ length: PEERS }, (_, nth) => ({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    headers: { 'content-type': 'application/json', origin: peer.url },
    body: JSON.stringify({ email: `peer${nth}@example.com`, password: PASSWORD }),
  }));
  const concurrency = cores.split(',').length;
  const slowly = { connections: CONNECTIONS, isPatient: true };
  const measured = await inTurn(workshop, [
    rawHashes(workshop, 'argon2', { cores, concurrency }),
    rawHashes(workshop, '@node-rs/argon2', { cores, concurrency }),
    underLoad(workshop, guildhall, loginAsks(guildhall.world), slowly),
    underLoad(workshop, peer, peerAsks, slowly),
  ]);
  const [slower, faster, ours, theirs] = measured;
  const limit = median(slower) > median(faster) ? slower : faster;
  const reached: Reached[] = [
    { goal: 5, of, ...shareOf(ours, limit) },
    { goal: 6, of, ...shareOf(ours, theirs) },
  ];
  return { reached, tables: [tableOf(`POST /sessions, ${of}`, measured)] };
};

const median = (measured: Measured): number => spreadOf(rates(measured)).median;

const rawHashes = (
  workshop: Workshop,
  library: string,
  { cores, concurrency }: { cores: string; concurrency: number },
): Contender => ({
  name: `raw ${library}`,
  measure: (seconds): Promise<Round> => {
    const args = [library, workshop.passwordHash, PASSWORD, String(concurrency), String(seconds)];
    return workshop.result('bench/servers/raw-hashes.ts', args, cores);
  },
});
