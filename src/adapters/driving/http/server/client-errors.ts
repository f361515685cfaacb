import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import type { SecurityLog } from '../../../../ports/security-log.ts';
import { problemAnswer } from '../errors/catalogue.ts';
import { PROBLEM_TYPE } from '../errors/error-handler.ts';
import { RequestError } from '../errors/request-error.ts';
import type { HttpMetrics } from '../observability/http-metrics.ts';
import { requestIdFrom } from '../request/request-id.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { sendPendingResponses } from './batched-response.ts';
import { STATUS_CODES } from './node-http.ts';

/** Who was told off and does not hang up. Unit: ms. */
const CLOSING_GRACE_MS = 1_000;

export type ClientErrorsDeps = Readonly<{
  securityLog: SecurityLog;
  logger: Pick<FastifyBaseLogger, 'info'>;
  metrics: Pick<HttpMetrics, 'countRefused'>;
  /** Did the process stand still a moment ago? Then it is not the sender who was slow. */
  stall: Readonly<{ isFresh: boolean }>;
  /** Time that a sender has left who was kept waiting by us. Unit: ms. */
  secondChanceMs: number;
}>;

/**
 * Answers what never becomes a request to handle, in the manner of all other answers: bytes that are no HTTP, requests
 * that arrive too slowly, a `CONNECT`, an `Expect` we do not know. Node would answer in its own words, or not at all.
 */
export class ClientErrors {
  readonly #deps: ClientErrorsDeps;
  /** The answer that is being written on a connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();

  constructor(deps: ClientErrorsDeps) {
    this.#deps = deps;
  }

  watch(server: Server): void {
    server.prependListener('request', ({ socket }, response) => this.#answers.set(socket, response));
    server.on('connect', ({ headers }: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      sendPendingResponses();
      const requestId = requestIdFrom(headers);
      this.#record(NO_PROXY, (socket as Socket).remoteAddress, requestId);
      this.#answer(socket, NO_PROXY, requestId);
    });
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const { status, headers, body } = written(STRANGE_EXPECTATION, requestIdFrom(request.headers));
      this.#record(STRANGE_EXPECTATION, request.socket.remoteAddress, headers['x-request-id'] ?? '');
      response.writeHead(status, headers).end(body);
    });
  }

  refuse(error: NodeJS.ErrnoException, socket: Duplex & { remoteAddress?: string | undefined }): void {
    // The bytes behind a request may be the broken ones, and its answer be waiting for the end of this turn.
    sendPendingResponses();
    const current = this.#answers.get(socket);
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.#deps.stall.isFresh) {
      // What it sent meanwhile lies unread. Node does not look at it again before its next request.
      const isAnswered = () => current?.writableEnded === true;
      const wasAnswered = isAnswered();
      const isStillLate = () => this.#answers.get(socket) === current && (wasAnswered || !isAnswered());
      setTimeout(() => {
        if (!socket.destroyed && isStillLate()) this.refuse(error, socket);
      }, this.#deps.secondChanceMs).unref();
      return;
    }
    const isAnswering = current?.headersSent === true && !current.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy();
    const refusal = refusalFor(error.code);
    const requestId = randomUUID();
    this.#record(refusal, socket.remoteAddress, requestId);
    this.#answer(socket, refusal, requestId);
  }

  #answer(socket: Duplex, refusal: RequestError, requestId: string): void {
    const { status, headers, body } = written(refusal, requestId);
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
    setTimeout(() => socket.destroy(), CLOSING_GRACE_MS).unref();
  }

  #record({ code }: RequestError, ip: string | undefined, requestId: string): void {
    const { securityLog, logger, metrics } = this.#deps;
    metrics.countRefused(code);
    logger.info({ request_id: requestId, code, ip }, 'refused before it was a request');
    if (code !== 'request.invalid') return;
    securityLog.record({
      event: 'input_validation_fail',
      ...(ip === undefined ? {} : { ip }),
      requestId,
      detail: code,
    });
  }
}

const NO_PROXY = new RequestError('request.method-not-allowed', 'This server is no proxy.', { headers: { allow: '' } });
const STRANGE_EXPECTATION = new RequestError('request.invalid', 'Expect can only be 100-continue.');

const refusalFor = (code: string | undefined): RequestError => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RequestError('request.headers-too-large', 'The headers are too large.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RequestError('request.timeout', 'The request took too long to arrive.');
  }
  return new RequestError('request.invalid', 'This is not well-formed HTTP.');
};

const written = (refusal: RequestError, requestId: string) => {
  const { problem, headers } = problemAnswer(refusal, requestId);
  const body = JSON.stringify(problem);
  const all: Record<string, string> = {
    ...SECURITY_HEADERS,
    ...headers,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
  };
  return { status: problem.status, headers: all, body };
};
