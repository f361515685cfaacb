import type { Finding, Table } from '../harness/goals.ts';
import { type Contender, type Measured, measureInTurn, ROW_HEAD, rowOf } from '../harness/rounds.ts';
import type { Workshop } from '../harness/runner.ts';
import { refreshSessions } from '../seed/fill-sqlite.ts';
import { tokenHashes } from '../seed/requests.ts';
import type { World } from '../seed/seed-data.ts';
import { type Server, startGuildhall } from '../servers/servers.ts';

/** A piece of the run that stands on its own. */
export type RunPart = (workshop: Workshop) => Promise<Finding>;

/** People in the store wherever its size is not the question. */
export const FEW = 1_000;

/** Guildhall over a store of its own. */
export const guildhallWith = async (
  workshop: Workshop,
  people: number,
  options: { name?: string; cores?: string } = {},
): Promise<Server & { world: World; store: string }> => {
  const { path, world } = await workshop.store(people);
  refreshSessions(path, tokenHashes(world));
  return { ...(await startGuildhall(workshop, { store: path, ...options })), world, store: path };
};

/** All contenders, as long as this run is to take. */
export const inTurn = <const C extends readonly Contender[]>(workshop: Workshop, contenders: C) =>
  measureInTurn(contenders, workshop.options, workshop.say) as Promise<{ [Index in keyof C]: Measured }>;

export const tableOf = (title: string, measured: readonly Measured[]): Table => ({
  title,
  head: ROW_HEAD,
  rows: measured.map(rowOf),
});
