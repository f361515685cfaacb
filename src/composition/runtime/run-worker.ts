import type { Config } from '../config/config.ts';
import { type Order, type Report, WORKER_ID_VARIABLE } from './cluster-messages.ts';
import { crash } from './crash.ts';
import { GracefulShutdown } from './graceful-shutdown.ts';
import { startOrExit } from './start-or-exit.ts';

const report = (message: Report): void => {
  process.send?.(message);
};

/**
 * Serves until the primary says to leave. Signals are the primary's: a terminal sends Ctrl-C to every process, and a
 * worker that went by itself would be missed.
 * @returns the exit code
 */
export const runWorker = async (config: Config, { wipeFirst }: { wipeFirst: boolean }): Promise<number> => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
  const orders = new Orders();
  const place = process.env[WORKER_ID_VARIABLE] ?? '';
  const started = await startOrExit(config, {
    wipeFirst,
    crew: { place, gatherFigures: () => orders.gatherFigures() },
  });
  if (typeof started === 'number') return started;
  const { service, address } = started;
  const { logger, sampleUsers } = service;
  const departure = new GracefulShutdown(service, config.shutdownGraceMs);
  orders.onFiguresWanted = () => service.figures();
  void orders.announced.then(() => departure.announce());
  void orders.doorToBeShut.then(async () => {
    await departure.shutDoor();
    report({ kind: 'door-shut' });
  });
  report({ kind: 'ready', address, sampleUsers });

  const why = await Promise.race([orders.told, crash(logger)]);
  logger.info({ event: 'sys_shutdown', why, worker: place }, 'stopping');
  if (why === 'crash') departure.becauseOfCrash();
  const exitCode = await departure.finish();
  // The line to the primary would keep alive what has nothing else to do.
  process.channel?.unref();
  return exitCode;
};

/** What the primary tells, from the start on: it may come before there is a service to tell it to. */
class Orders {
  onFiguresWanted: () => Promise<Extract<Report, { kind: 'figures' }>['figures']> = async () => [];
  readonly #announced = Promise.withResolvers<void>();
  readonly #doorToBeShut = Promise.withResolvers<void>();
  readonly #told = Promise.withResolvers<'told'>();
  readonly #gathering = new Map<number, (text: string) => void>();
  #lastQuestion = 0;

  constructor() {
    process.on('message', (order: Order) => void this.#hear(order));
  }

  get announced(): Promise<void> {
    return this.#announced.promise;
  }

  get doorToBeShut(): Promise<void> {
    return this.#doorToBeShut.promise;
  }

  get told(): Promise<'told'> {
    return this.#told.promise;
  }

  gatherFigures(): Promise<string> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    return new Promise((resolve) => {
      this.#gathering.set(question, resolve);
      report({ kind: 'figures-wanted', question });
    });
  }

  async #hear(order: Order): Promise<void> {
    if (order.kind === 'announce-stop') this.#announced.resolve();
    if (order.kind === 'shut-door') this.#doorToBeShut.resolve();
    if (order.kind === 'leave') this.#told.resolve('told');
    if (order.kind === 'tell-figures') {
      report({ kind: 'figures', question: order.question, figures: await this.onFiguresWanted() });
    }
    if (order.kind === 'all-figures') {
      this.#gathering.get(order.question)?.(order.text);
      this.#gathering.delete(order.question);
    }
  }
}
