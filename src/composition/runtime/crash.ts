import type { Logger } from 'pino';

/**
 * After an error nobody caught we cannot know what state we are in: it is told, and whoever waits finishes and lets
 * somebody restart us.
 * @returns when it happens
 */
export const crash = (logger: Pick<Logger, 'fatal'>): Promise<'crash'> => {
  const { promise, resolve } = Promise.withResolvers<'crash'>();
  process.on('uncaughtException', (err) => {
    logger.fatal({ event: 'sys_crash', err }, 'an error that nobody caught');
    resolve('crash');
  });
  return promise;
};
