import { setTimeout as sleep } from 'node:timers/promises';
import type { GuildhallProcess } from './guildhall-process.ts';
import { Load, type LoadResult } from './load.ts';

const REPLACED = 'all workers replaced';

/**
 * Sends requests while SIGHUP has the workers replaced again and again.
 * @returns what became of the requests, and how often all workers were replaced while they were sent
 */
export const rollUnderLoad = async (
  service: GuildhallProcess,
  { requests, leastRolls }: { requests: number; leastRolls: number },
): Promise<LoadResult & { rolls: number }> => {
  const load = new Load(await service.address());
  let hasEnded = false;
  void service.end().then(() => {
    hasEnded = true;
  });
  let rolls = 0;
  for (let read = 0; rolls < leastRolls || load.answered < requests; rolls += 1) {
    await load.reaches((requests / leastRolls) * Math.min(rolls, leastRolls - 1));
    service.signal('SIGHUP');
    for (let found = -1; found < 0; found = service.out.indexOf(REPLACED, read)) {
      if (hasEnded) throw new Error(`It ended:\n${service.err}`);
      await sleep(20);
    }
    read = service.out.indexOf(REPLACED, read) + REPLACED.length;
  }
  load.stop();
  return { ...(await load.result()), rolls };
};
