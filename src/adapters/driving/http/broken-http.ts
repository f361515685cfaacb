import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SecurityLog } from '../../../ports/security-log.ts';
import { PROBLEM_TYPE } from './error-handling.ts';
import { problemAnswer } from './problem.ts';
import { RequestError } from './request-error.ts';
import { requestIdFrom } from './request-id.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Who was told off and does not hang up. Unit: ms. */
const CLOSING_GRACE_MS = 1_000;

/**
 * Answers what never becomes a request to handle, in the manner of all other answers: bytes that are no HTTP, requests
 * that arrive too slowly, a `CONNECT`, an `Expect` we do not know. Node would answer in its own words, or not at all.
 */
export class BrokenHttp {
  readonly #securityLog: SecurityLog;
  /** The answer that is being written on a connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();

  constructor(securityLog: SecurityLog) {
    this.#securityLog = securityLog;
  }

  watch(server: Server): void {
    server.prependListener('request', ({ socket }, response) => this.#answers.set(socket, response));
    server.on('connect', ({ headers }: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      this.#answer(socket, NO_PROXY, requestIdFrom(headers));
    });
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const { status, headers, body } = written(STRANGE_EXPECTATION, requestIdFrom(request.headers));
      this.#record(STRANGE_EXPECTATION, request.socket.remoteAddress, headers['x-request-id']);
      response.writeHead(status, headers).end(body);
    });
  }

  refuse(error: NodeJS.ErrnoException, socket: Duplex & { remoteAddress?: string | undefined }): void {
    const current = this.#answers.get(socket);
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

  #record({ code }: RequestError, ip: string | undefined, requestId: string | undefined): void {
    if (code !== 'request.invalid') return;
    const from = { ...(ip === undefined ? {} : { ip }), ...(requestId === undefined ? {} : { requestId }) };
    this.#securityLog.record({ event: 'input_validation_fail', ...from, detail: code });
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
