import type { FastifyInstance, FastifyReply } from 'fastify';
import { RequestError } from '../errors/request-error.ts';

/** Interval of the search for requests that take too long. Unit: ms. */
const INTERVAL_MS = 1_000;

/** Routes that report the server's state; they are answered under overload too. */
const EXEMPT_ROUTES: ReadonlySet<string | undefined> = new Set(['/_health', '/_ready', '/metrics']);

/** One instance for all requests: under overload a rejection must cost next to nothing. */
export const OVERLOADED = new RequestError(
  'server.overloaded',
  'The server handles too many requests. Try again in a moment.',
);

export type InFlightOptions = Readonly<{
  maxInFlight: number;
  /** Maximum duration of a request, kept to within two seconds. Unit: ms. */
  timeoutMs: number;
  /** Called once a second with the number of rejected requests, unless it is zero. */
  onRejected: (count: number) => void;
}>;

/**
 * The requests in flight: those whose body has arrived and whose response is not there yet. A client that sends or reads
 * slowly takes no place from others. One timer watches all of them, oldest first.
 */
// perf: a timer with an abort signal for each request costs a tenth of the request (ADR 85).
export class RequestsInFlight {
  readonly #options: InFlightOptions;
  /** With the tick of the timer in which each began. */
  readonly #startTicks = new Map<FastifyReply, number>();
  #tick = 0;
  #rejected = 0;

  constructor(options: InFlightOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#startTicks.size;
  }

  watch(app: FastifyInstance): void {
    app.addHook('preValidation', (request, reply, done) => {
      if (this.count >= this.#options.maxInFlight && !EXEMPT_ROUTES.has(request.routeOptions.url)) {
        this.#rejected += 1;
        done(OVERLOADED);
        return;
      }
      this.#startTicks.set(reply, this.#tick);
      done();
    });
    app.addHook('onSend', (_, reply, __, done) => {
      this.#startTicks.delete(reply);
      done();
    });
    const interval = setInterval(() => this.#check(), INTERVAL_MS).unref();
    app.addHook('onClose', async () => clearInterval(interval));
  }

  #check(): void {
    this.#tick += 1;
    for (const [reply, startTick] of this.#startTicks) {
      if ((this.#tick - startTick - 1) * INTERVAL_MS < this.#options.timeoutMs) break;
      this.#startTicks.delete(reply);
      if (reply.sent) continue;
      reply.send(new RequestError('server.overloaded', 'The request took too long. Try again in a moment.'));
    }
    if (this.#rejected > 0) this.#options.onRejected(this.#rejected);
    this.#rejected = 0;
  }
}
