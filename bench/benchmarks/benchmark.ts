import type { BenchmarkResult, Table } from '../harness/goals.ts';
import { type Contender, type Measured, measureInTurn, ROW_HEAD, rowOf } from '../harness/rounds.ts';
import type { Runner } from '../harness/runner.ts';
import { refreshSessions } from '../seed/fill-sqlite.ts';
import { tokenHashes } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import { type GuildhallStart, type Server, startGuildhall } from '../servers/servers.ts';

/** One benchmark, independent of the others. */
export type Benchmark = (runner: Runner) => Promise<BenchmarkResult>;

/** Users in the store of a benchmark that does not measure growth. */
export const SMALL_STORE = 1_000;

/** Starts Guildhall on a new store. */
export const guildhallWith = async (
  runner: Runner,
  users: number,
  options: Pick<GuildhallStart, 'name' | 'cores' | 'settings'> = {},
): Promise<Server & { seed: Seed; store: string }> => {
  const { path, seed } = await runner.store(users);
  refreshSessions(path, tokenHashes(seed));
  return { ...(await startGuildhall(runner, { store: path, ...options })), seed, store: path };
};

/** Measures the contenders for the rounds and seconds of this run. */
export const inTurn = <const C extends readonly Contender[]>(runner: Runner, contenders: C) =>
  measureInTurn(contenders, runner.options, runner.log) as Promise<{ [Index in keyof C]: Measured }>;

export const tableOf = (title: string, measured: readonly Measured[]): Table => ({
  title,
  head: ROW_HEAD,
  rows: measured.map(rowOf),
});
