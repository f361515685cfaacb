import type { FastifyInstance, FastifyReply } from 'fastify';
import { RequestError } from '../errors/request-error.ts';

/** How often it is looked for requests that take too long. Unit: ms. */
const ROUND_MS = 1_000;

/** Routes that tell how we are, and are most wanted when we are not well. */
const ALWAYS_ANSWERED: ReadonlySet<string | undefined> = new Set(['/_health', '/_ready', '/metrics']);

/** One for all: while there is too much to do, telling so must cost next to nothing. */
export const TOO_MUCH_AT_ONCE = new RequestError('server.overloaded', 'Too much is asked at once. Try again soon.');

export type InFlightOptions = Readonly<{
  /** Requests being handled at a time; past it the answer is 503. */
  most: number;
  /** Longest time for an answer. Unit: ms; kept to within two seconds. */
  longestMs: number;
  /** Told once a second how many were turned away, where any were. */
  onRefused: (count: number) => void;
}>;

/**
 * The requests that are being handled: those whose body has come and whose answer is not there yet. Who sends or reads
 * slowly takes no place from others. One timer looks after all of them, oldest first: a timer for each request, with a
 * signal to abort it, costs a tenth of the request.
 */
export class RequestsInFlight {
  readonly #options: InFlightOptions;
  /** With the round in which each began. */
  readonly #begun = new Map<FastifyReply, number>();
  #round = 0;
  #refused = 0;

  constructor(options: InFlightOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#begun.size;
  }

  watch(app: FastifyInstance): void {
    app.addHook('preValidation', (request, reply, done) => {
      if (this.#begun.size >= this.#options.most && !ALWAYS_ANSWERED.has(request.routeOptions.url)) {
        this.#refused += 1;
        done(TOO_MUCH_AT_ONCE);
        return;
      }
      this.#begun.set(reply, this.#round);
      done();
    });
    app.addHook('onSend', (_, reply, __, done) => {
      this.#begun.delete(reply);
      done();
    });
    const rounds = setInterval(() => this.#nextRound(), ROUND_MS).unref();
    app.addHook('onClose', async () => clearInterval(rounds));
  }

  #nextRound(): void {
    this.#round += 1;
    for (const [reply, begun] of this.#begun) {
      if ((this.#round - begun - 1) * ROUND_MS < this.#options.longestMs) break;
      this.#begun.delete(reply);
      if (!reply.sent) reply.send(new RequestError('server.overloaded', 'This took too long. Try again in a moment.'));
    }
    if (this.#refused > 0) this.#options.onRefused(this.#refused);
    this.#refused = 0;
  }
}
