import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** What libuv calls the threads of its pool. */
const POOL_THREAD = 'libuv-worker';

/**
 * Lets everything else go first: on Linux each thread has a priority of its own, so those of the pool, on which hashes
 * are made, take the time that answering requests leaves over. Elsewhere, or where it may not be, nothing changes.
 *
 * To be called when the pool has its threads, which is after the first piece of work was handed to it.
 * @returns how many threads now wait for others
 */
export const lowerPoolPriority = (priority: number = constants.priority.PRIORITY_LOW): number => {
  if (process.platform !== 'linux') return 0;
  try {
    const threads = readdirSync('/proc/self/task').filter((id) => nameOf(id) === POOL_THREAD);
    for (const id of threads) setPriority(Number(id), priority);
    return threads.length;
  } catch {
    // Hashing works all the same, and reads are a few milliseconds later while many people log in.
    return 0;
  }
};

const nameOf = (thread: string): string => {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
  } catch {
    // It ended between the two readings.
    return '';
  }
};
