import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { PortError } from '../../../ports/port-error.ts';
import { isOutage, isTransient } from './database-errors.ts';

const MOST_TRIES = 12;
const LONGEST_WAIT_MS = 500;

/**
 * Tries again while another writer is in the way, with waits that grow and differ, about 3 seconds in all.
 * @throws {PortError} store.unavailable when it stays in the way, or when the disk or the server gives out
 */
export const withRetry = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (isOutage(error)) throw new PortError('store.unavailable', 'The store gave out', { cause: error });
      if (!isTransient(error)) throw error;
      if (tries === MOST_TRIES) throw new PortError('store.unavailable', 'The store is too busy', { cause: error });
      await wait(randomInt(1, Math.min(LONGEST_WAIT_MS, 10 * 2 ** tries)));
    }
  }
};
