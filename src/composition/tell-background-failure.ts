import type { Logger } from 'pino';
import { PortError } from '../ports/port-error.ts';
import { whyNot } from './why-not.ts';

/**
 * A store that is away is nobody's mistake: it is told in a sentence when the work first meets it, and not again until
 * the work was done once more. Anything else is ours, and told each time with the place where it happened.
 */
export const tellBackgroundFailure = (
  logger: Pick<Logger, 'warn' | 'error'>,
  config: Parameters<typeof whyNot>[1],
  { error, isFirst }: Readonly<{ error: unknown; isFirst: boolean }>,
): void => {
  if (!(error instanceof PortError && error.code === 'store.unavailable')) {
    logger.error({ err: error }, 'background work failed');
  } else if (isFirst) {
    logger.warn({ why: whyNot(error, config) }, 'the store cannot be used; background work will be tried again');
  }
};
