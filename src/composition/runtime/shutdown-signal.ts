import type { Logger } from 'pino';

/** One press of Ctrl-C may arrive twice: from the terminal, and from npm. Unit: ms. */
const SAME_PRESS_MS = 500;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Handles SIGTERM and SIGINT from now on, so that a signal during the start is not lost.
 * @returns the name of the first. The next one, unless it is the same press of a key, kills the process.
 */
export const shutdownSignal = (): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const onSignal = (signal: string): void => {
    resolve(signal);
    setTimeout(() => {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    }, SAME_PRESS_MS).unref();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return promise;
};

/** Logs every uncaught exception. The state is unknown after one, so the first is the time to shut down. */
export const uncaughtException = (logger: Pick<Logger, 'fatal'>): Promise<'crash'> => {
  const { promise, resolve } = Promise.withResolvers<'crash'>();
  process.on('uncaughtException', (err) => {
    logger.fatal({ event: 'sys_crash', err }, 'uncaught exception');
    resolve('crash');
  });
  return promise;
};
