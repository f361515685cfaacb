import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { PortError } from '../../../ports/port-error.ts';
import { isMissingRight, isOutage, isTransient } from './database-errors.ts';

const MAX_ATTEMPTS = 12;
const MAX_WAIT_MS = 500;

/**
 * Retries while another writer is in the way, with growing random waits.
 * @param options.maxAttempts without it for about 3 seconds in all
 * @param options.onRetry called before each wait
 * @throws {PortError} store.unavailable when the conflict persists, or when the disk or the server cannot do it
 */
export const withRetry = async <T>(
  attempt: () => Promise<T>,
  { maxAttempts = MAX_ATTEMPTS, onRetry }: Readonly<{ maxAttempts?: number; onRetry?: () => void }> = {},
): Promise<T> => {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (isOutage(error) || isMissingRight(error))
        throw new PortError('store.unavailable', 'The store cannot do it', { cause: error });
      if (!isTransient(error)) throw error;
      if (attempts === maxAttempts) throw new PortError('store.unavailable', 'The store is too busy', { cause: error });
      onRetry?.();
      await wait(randomInt(1, Math.min(MAX_WAIT_MS, 10 * 2 ** attempts)));
    }
  }
};
