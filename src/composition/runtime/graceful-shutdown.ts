import type { Logger } from 'pino';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Service } from './service.ts';

/** Idle time after which a connection is closed: a busy client has sent its next request by then. Unit: ms. */
const IDLE_MS = 500;

/** Share of the grace period after which the process exits without the rest: its supervisor would kill it in a moment. */
export const EXIT_SHARE = 0.9;

/**
 * Stops a service step by step, so that no request fails that was sent to it. {@link finish} makes up for steps that
 * were left out. The deadline runs from the first step.
 */
export class GracefulShutdown {
  readonly #service: Pick<Service, 'logger' | 'connections' | 'close'>;
  readonly #graceMs: number;
  readonly #timeIsUp = Promise.withResolvers<void>();
  #exitCode: number = EXIT.done;
  #deadline: NodeJS.Timeout | undefined;

  constructor(service: Pick<Service, 'logger' | 'connections' | 'close'>, graceMs: number) {
    this.#service = service;
    this.#graceMs = graceMs;
  }

  /** Makes the exit code that of a failure, as after an uncaught exception. */
  fail(): void {
    this.#exitCode = EXIT.failed;
  }

  /** Makes readiness report 503; nothing else changes. */
  announce(): void {
    this.#startDeadline();
    this.#service.connections.announceShutdown();
  }

  stopListening(): Promise<void> {
    this.#startDeadline();
    return this.#service.connections.stopListening();
  }

  /**
   * Drains the connections and closes everything.
   * @returns the exit code
   */
  async finish(): Promise<number> {
    const { logger, connections } = this.#service;
    await this.stopListening();
    try {
      await connections.drain(Math.min(IDLE_MS, this.#graceMs / 10));
      await this.#service.close(this.#timeIsUp.promise);
      logger.info('stopped');
    } catch (err) {
      logger.error({ err }, 'failed to close everything');
      this.#exitCode = EXIT.failed;
    }
    clearTimeout(this.#deadline);
    return this.#exitCode;
  }

  #startDeadline(): void {
    if (this.#deadline !== undefined) return;
    const { logger, connections } = this.#service;
    this.#deadline = setTimeout(() => {
      logger.warn('some requests or emails did not finish in time; aborting them');
      connections.destroyAll();
      this.#timeIsUp.resolve();
    }, this.#graceMs * 0.85);
    // A hash may still be computed, or the store not respond: the supervisor would kill the process in a moment.
    setTimeout(() => {
      logger.warn('some work did not finish in time; exiting without it');
      process.exit(this.#exitCode);
    }, this.#graceMs * EXIT_SHARE).unref();
  }
}

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
