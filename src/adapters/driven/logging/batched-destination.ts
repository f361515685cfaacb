import type { DestinationStream } from 'pino';

/**
 * Where finished lines go. Those that tell of answers already given wait for the end of this turn of the event loop and
 * are written in one piece: under load that is one call to the system for dozens of answers. Every other line is written
 * before the call returns, after those that came before it.
 */
export class BatchedDestination implements DestinationStream {
  readonly #sink: DestinationStream;
  readonly #flush = (): void => this.flush();
  #waiting = '';
  #isWatchingTheExit = false;

  constructor(sink: DestinationStream) {
    this.#sink = sink;
  }

  write(line: string): void {
    this.flush();
    this.#sink.write(line);
  }

  writeLater(line: string): void {
    if (this.#waiting === '') this.#schedule();
    this.#waiting += line;
  }

  flush(): void {
    if (this.#waiting === '') return;
    const lines = this.#waiting;
    this.#waiting = '';
    this.#sink.write(lines);
  }

  #schedule(): void {
    setImmediate(this.#flush);
    if (this.#isWatchingTheExit) return;
    this.#isWatchingTheExit = true;
    process.once('exit', this.#flush);
  }
}
