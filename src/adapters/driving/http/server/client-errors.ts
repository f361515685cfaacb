import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import type { IdGenerator } from '../../../../ports/id-generator.ts';
import type { SecurityLog } from '../../../../ports/security-log.ts';
import { PROBLEM_TYPE, problemFor } from '../errors/problem.ts';
import { RequestError } from '../errors/request-error.ts';
import type { HttpMetrics } from '../observability/observers.ts';
import { requestIdFrom } from '../request/client.ts';
import { collapseSlashes } from '../request/conformance.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { sendPendingResponses } from './batched-response.ts';
import type { ErrorPages } from './error-handler.ts';
import { STATUS_CODES } from './node-http.ts';

/** Time after which a connection is closed whose client does not close it. Unit: ms. */
const CLOSE_TIMEOUT_MS = 1_000;

export type ClientErrorsDeps = Readonly<{
  idGenerator: IdGenerator;
  securityLog: SecurityLog;
  logger: Pick<FastifyBaseLogger, 'info'>;
  metrics: Pick<HttpMetrics, 'countRejected'>;
  /** After a stall of the event loop a late request is not the client's fault. */
  stalls: Readonly<{ hasStalled: boolean }>;
  /** Time that a client gets after a stall to complete its request. Unit: ms. */
  extensionMs: number;
  errorPages?: Pick<ErrorPages, 'beforeRequest'> | undefined;
}>;

/** `rawPacket`: the bytes that were read last, among them those that are ill-formed. */
type ClientError = NodeJS.ErrnoException & Readonly<{ rawPacket?: unknown }>;

type Response = Readonly<{ status: number; headers: Record<string, string>; body: string | Buffer }>;

/**
 * Responds with a problem to input that never becomes a request: bytes that are not HTTP, requests that arrive too
 * slowly, `CONNECT`, and an unknown `Expect`. Node's own responses would be plain text or none at all.
 *
 * The response is a page where the request line is known and asks for one. It is known where the body is at fault, and
 * where the bytes that were read last begin with it. Node keeps no earlier bytes: headers in many packets get the problem.
 */
export class ClientErrors {
  readonly #deps: ClientErrorsDeps;
  /** Latest response of each connection. */
  readonly #responses = new WeakMap<Duplex, ServerResponse>();

  constructor(deps: ClientErrorsDeps) {
    this.#deps = deps;
  }

  attach(server: Server): void {
    server.prependListener('request', ({ socket }, response) => this.#responses.set(socket, response));
    server.on('connect', ({ headers }: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      const requestId = requestIdFrom(headers, this.#deps.idGenerator);
      this.#record(CONNECT_REJECTED, (socket as Socket).remoteAddress, requestId);
      this.#afterEarlierResponses(socket, () => this.#send(socket, this.#serialize(CONNECT_REJECTED, requestId)));
    });
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const requestId = requestIdFrom(request.headers, this.#deps.idGenerator);
      const { status, headers, body } = this.#serialize(UNKNOWN_EXPECTATION, requestId, request.url);
      this.#record(UNKNOWN_EXPECTATION, request.socket.remoteAddress, requestId);
      response.writeHead(status, headers).end(body);
    });
  }

  handle(error: ClientError, socket: Duplex & { remoteAddress?: string | undefined }): void {
    const current = this.#responses.get(socket);
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.#deps.stalls.hasStalled) {
      // Bytes that arrived during the stall are still unread. Node does not check this request again before the next one.
      const isAnswered = () => current?.writableEnded === true;
      const wasAnswered = isAnswered();
      const isStillLate = () => this.#responses.get(socket) === current && (wasAnswered || !isAnswered());
      setTimeout(() => {
        if (!socket.destroyed && isStillLate()) this.handle(error, socket);
      }, this.#deps.extensionMs).unref();
      return;
    }
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const rejection = rejectionFor(error.code);
    // The body is at fault: the headers arrived, and may have an id.
    const headers = current === undefined || current.req.complete ? {} : current.req.headers;
    const requestId = requestIdFrom(headers, this.#deps.idGenerator);
    this.#record(rejection, socket.remoteAddress, requestId);
    const response = this.#serialize(rejection, requestId, targetOf(error, current));
    this.#afterEarlierResponses(socket, () => this.#send(socket, response));
  }

  /**
   * Calls `send` when the requests that arrived whole before are answered. The body of the last one may itself be what is
   * ill-formed or late: then its response is not awaited. A connection ends where part of a response is already written.
   */
  #afterEarlierResponses(socket: Duplex, send: () => void): void {
    sendPendingResponses();
    const last = this.#responses.get(socket);
    if (last === undefined || last.writableFinished || !(last.req.complete || last.headersSent)) {
      send();
    } else if (last.headersSent && !last.writableEnded) {
      socket.destroy();
    } else {
      last.once('close', () => {
        if (last.req.complete && last.writableFinished && socket.writable) send();
        else socket.destroy();
      });
    }
  }

  #send(socket: Duplex, { status, headers, body }: Response): void {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n`);
    socket.end(body);
    setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS).unref();
  }

  /** @param target of the request line; `undefined`: not known, or not that of a page */
  #serialize(rejection: RequestError, requestId: string, target?: string): Response {
    const { problem, headers } = problemFor(rejection, requestId);
    const page =
      target === undefined ? undefined : this.#deps.errorPages?.beforeRequest(collapseSlashes(target), problem);
    const body = page?.body ?? JSON.stringify(problem);
    const all: Record<string, string> = {
      ...SECURITY_HEADERS,
      ...headers,
      'content-type': PROBLEM_TYPE,
      ...page?.headers,
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': requestId,
      connection: 'close',
    };
    return { status: problem.status, headers: all, body };
  }

  #record({ code }: RequestError, ip: string | undefined, requestId: string): void {
    const { securityLog, logger, metrics } = this.#deps;
    metrics.countRejected(code);
    logger.info({ request_id: requestId, code, ip }, 'rejected an invalid HTTP message');
    if (code !== 'request.invalid') return;
    securityLog.record({ event: 'input_validation_fail', client: { ip, requestId }, detail: code });
  }
}

const CONNECT_REJECTED = new RequestError('request.method-not-allowed', 'CONNECT is not supported.', {
  headers: { allow: '' },
});
const UNKNOWN_EXPECTATION = new RequestError('request.invalid', 'Expect can only be 100-continue.');

const rejectionFor = (code: string | undefined): RequestError => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RequestError('request.headers-too-large', 'The headers are too large.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RequestError('request.timeout', 'The request took too long to arrive.');
  }
  return new RequestError('request.invalid', 'The message is not well-formed HTTP.');
};

/** Returns the target of the request line, where it is known. */
const targetOf = ({ rawPacket }: ClientError, latest: ServerResponse | undefined): string | undefined => {
  if (latest !== undefined && !latest.req.complete) return latest.req.url;
  if (!Buffer.isBuffer(rawPacket)) return undefined;
  return /^(?:GET|HEAD|POST) (\/\S*) HTTP\/1\.[01]\r\n/.exec(rawPacket.toString('latin1'))?.[1];
};
