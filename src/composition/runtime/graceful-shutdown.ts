import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Service } from './service.ts';

/** A connection that was quiet for so long is closed: who is busy has asked again by then. Unit: ms. */
const LINGER_MS = 500;

/**
 * How a service stops, step by step, so that no request fails that was sent to it. The steps may be left out from the
 * front: {@link finish} does what was not done. The time to do it in runs from the first of them.
 */
export class GracefulShutdown {
  readonly #service: Service;
  readonly #graceMs: number;
  #exitCode: number = EXIT.done;
  #impatience: NodeJS.Timeout | undefined;

  constructor(service: Service, graceMs: number) {
    this.#service = service;
    this.#graceMs = graceMs;
  }

  /** After an error that nobody caught, the process must not look well. */
  becauseOfCrash(): void {
    this.#exitCode = EXIT.failed;
  }

  /** Readiness is no from now on; nothing else changes. */
  announce(): void {
    this.#begin();
    this.#service.traffic.announceStop();
  }

  /** Nobody new gets in. */
  shutDoor(): Promise<void> {
    this.#begin();
    return this.#service.traffic.stopListening();
  }

  /**
   * Lets what runs come to its end and closes everything.
   * @returns the exit code
   */
  async finish(): Promise<number> {
    const { logger, traffic } = this.#service;
    await this.shutDoor();
    try {
      await traffic.drain(Math.min(LINGER_MS, this.#graceMs / 10));
      await this.#service.close();
      logger.info('stopped');
    } catch (err) {
      logger.error({ err }, 'not everything could be closed');
      this.#exitCode = EXIT.failed;
    }
    clearTimeout(this.#impatience);
    return this.#exitCode;
  }

  #begin(): void {
    if (this.#impatience !== undefined) return;
    const { logger, traffic } = this.#service;
    this.#impatience = setTimeout(() => {
      logger.warn('some requests did not finish in time; their connections are cut');
      traffic.cut();
    }, this.#graceMs * 0.85);
    // What was cut off may still compute, or a letter be under way: who started us would kill us in a moment.
    setTimeout(() => {
      logger.warn('some work did not finish in time; it is given up');
      process.exit(this.#exitCode);
    }, this.#graceMs * 0.9).unref();
  }
}
