import type { Logger } from 'pino';
import type { PrometheusMetrics } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import { BackgroundWorker } from '../../adapters/driving/worker/background-worker.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config } from '../config/config.ts';
import type { UseCases } from '../wiring/use-cases.ts';
import { startupError } from './startup-messages.ts';

/** The background work of a service, with its metrics and log lines. It does not run before it is started. */
export const backgroundWorker = (
  useCases: UseCases,
  { config, logger, metrics }: Readonly<{ config: Config; logger: Logger; metrics: PrometheusMetrics }>,
): BackgroundWorker =>
  new BackgroundWorker({
    ...useCases,
    onDelivery: ({ unreadable, ...delivery }) => {
      const { deadLettered, ...others } = delivery;
      for (const [result, count] of Object.entries({ ...others, 'dead-lettered': deadLettered })) {
        metrics.countEmails(result, count);
      }
      if (delivery.postponed + delivery.deadLettered > 0) logger.warn(delivery, 'failed to send emails');
      // By id alone: the content may hold a token.
      if (unreadable.length > 0) logger.error({ emails: unreadable }, 'failed to read queued emails; set aside');
    },
    onUnsealed: (count) => metrics.observeUnsealed(count),
    onFailure: (failure) => logBackgroundFailure(logger, config, failure),
  });

/**
 * An unavailable store is reported without a stack at its first failure, and not again before the work has succeeded
 * once more. Any other error is a fault of the program and is reported each time, with its stack.
 */
export const logBackgroundFailure = (
  logger: Pick<Logger, 'warn' | 'error'>,
  config: Parameters<typeof startupError>[1],
  { error, isFirst }: Readonly<{ error: unknown; isFirst: boolean }>,
): void => {
  if (!(error instanceof PortError && error.code === 'store.unavailable')) {
    logger.error({ err: error }, 'background work failed');
  } else if (isFirst) {
    logger.warn({ why: startupError(error, config) }, 'the store is unavailable; background work will be retried');
  }
};
