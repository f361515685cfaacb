import { hostname } from 'node:os';
import { type Logger, stdTimeFunctions } from 'pino';
import type { BatchedDestination } from './batched-destination.ts';
import { escaped } from './escape-line.ts';

/** What the log says of an answer. */
export type Answer = Readonly<{
  requestId: string;
  method: string;
  path: string;
  status: number;
  /** How long it took. Unit: ms. */
  ms: number;
  /** Who has hung up meanwhile has none. */
  ip: string | undefined;
  userId: string | undefined;
}>;

/** One line for each answer, in the form and at the level of all others. */
export type AccessLogWriter = { note(answer: Answer): void };

/**
 * Writes the line of an answer by hand: it has always the same fields, and the way through pino costs more than finding
 * the answer. No field is named like a secret, so none need be looked for.
 */
export class JsonAccessLog implements AccessLogWriter {
  readonly #sink: Pick<BatchedDestination, 'writeLater'>;
  readonly #end = `,"msg":"request"}\n`;
  readonly #process = `,"pid":${process.pid},"hostname":${JSON.stringify(hostname())},"request_id":`;
  #tick = Number.NaN;
  #now = '';

  constructor(sink: Pick<BatchedDestination, 'writeLater'>) {
    this.#sink = sink;
  }

  note({ requestId, method, path, status, ms, ip, userId }: Answer): void {
    const from = ip === undefined ? '' : `,"ip":${quoted(ip)}`;
    const who = userId === undefined ? '' : `,"user_id":"${userId}"`;
    const where = `"method":"${method}","path":${quoted(path)},"status":${status}`;
    this.#sink.writeLater(
      `{"level":"info"${this.#time()}${this.#process}${quoted(requestId)},${where},"ms":${ms}${from}${who}${this.#end}`,
    );
  }

  // Many answers leave within a millisecond, and writing a time out takes longer than looking whether it is the same.
  #time(): string {
    const tick = Math.trunc(performance.now());
    if (tick !== this.#tick) {
      this.#tick = tick;
      this.#now = stdTimeFunctions.isoTime();
    }
    return this.#now;
  }
}

/** For people: through the same formatter as every other line. */
export class PinoAccessLog implements AccessLogWriter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note({ requestId, method, path, status, ms, ip, userId }: Answer): void {
    this.#logger.info({ request_id: requestId, method, path, status, ms, ip, user_id: userId }, 'request');
  }
}

const PLAIN = /^[\w./:-]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : escaped(JSON.stringify(text)));
