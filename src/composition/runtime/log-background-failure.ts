import type { Logger } from 'pino';
import { PortError } from '../../ports/port-error.ts';
import { startupError } from './startup-error.ts';

/**
 * A store that is away is nobody's mistake: it is told in a sentence when the work first meets it, and not again until
 * the work was done once more. Anything else is ours, and told each time with the place where it happened.
 */
export const logBackgroundFailure = (
  logger: Pick<Logger, 'warn' | 'error'>,
  config: Parameters<typeof startupError>[1],
  { error, isFirst }: Readonly<{ error: unknown; isFirst: boolean }>,
): void => {
  if (!(error instanceof PortError && error.code === 'store.unavailable')) {
    logger.error({ err: error }, 'background work failed');
  } else if (isFirst) {
    logger.warn({ why: startupError(error, config) }, 'the store cannot be used; background work will be tried again');
  }
};
