import { errors, interceptors, Pool } from 'undici';
import { PortError } from '../../../../ports/port-error.ts';

export type HttpLimits = Readonly<{
  /** For the whole exchange, second tries and body included. */
  deadlineMs: number;
  /** Of an answer's body. */
  mostBytes: number;
  connections: number;
}>;

/** Faults of the connection and of the server's own making. Not 429: who asks us to slow down is not asked again. */
const AGAIN = {
  maxRetries: 2,
  minTimeout: 100,
  maxTimeout: 1_000,
  methods: ['GET' as const],
  statusCodes: [500, 502, 503, 504],
  throwOnError: false,
  retryAfter: false,
};

/** GETs that cannot hang, flood us, follow a redirect or lie about being JSON. One origin, a few connections. */
export class RetryingGet {
  readonly #origin: string;
  readonly #limits: HttpLimits;
  readonly #dispatcher: ReturnType<Pool['compose']>;

  constructor(origin: string, limits: HttpLimits) {
    const { deadlineMs, mostBytes, connections } = limits;
    this.#origin = origin;
    this.#limits = limits;
    const timeouts = {
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
      connectTimeout: Math.min(2_000, deadlineMs),
    };
    const pool = new Pool(origin, { connections, maxResponseSize: mostBytes, ...timeouts });
    this.#dispatcher = pool.compose(interceptors.retry(AGAIN));
  }

  /**
   * @returns what it says, parsed, on status 200
   * @throws {PortError} random-users.unavailable | random-users.nonsense
   */
  async json(path: string): Promise<unknown> {
    const { status, text } = await this.#get(path);
    const where = this.#origin;
    if (status === 429) throw new PortError('random-users.unavailable', `${where} asks us to slow down`);
    if (status >= 500) throw new PortError('random-users.unavailable', `${where} answered ${status}`);
    if (status !== 200) throw new PortError('random-users.nonsense', `${where} answered ${status}`);
    try {
      return JSON.parse(text);
    } catch {
      // Without the cause: it quotes the text, which may be anything.
      throw new PortError('random-users.nonsense', `${where} answered something that is not JSON`);
    }
  }

  async #get(path: string): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#dispatcher.request({
        origin: this.#origin,
        path,
        method: 'GET',
        headers: { accept: 'application/json', 'user-agent': 'guildhall' },
        // The one limit that is kept to the millisecond, and over all tries.
        signal: AbortSignal.timeout(this.#limits.deadlineMs),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      if (cause instanceof errors.ResponseExceededMaxSizeError) {
        const most = this.#limits.mostBytes;
        throw new PortError('random-users.nonsense', `${this.#origin} sent more than ${most} bytes`, { cause });
      }
      throw new PortError('random-users.unavailable', `${this.#origin} did not answer`, { cause });
    }
  }
}
