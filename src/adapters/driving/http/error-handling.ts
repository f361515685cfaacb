import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { SecurityEvent, SecurityLog } from '../../../ports/security-log.ts';
import { problemAnswer } from './problem.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const TYPE = 'application/problem+json; charset=utf-8';

/** Every refusal, ours or Fastify's, leaves as a problem; what nobody foresaw leaves as a 500 and a line in the log. */
export const answerWithProblems = (app: FastifyInstance, securityLog: SecurityLog): void => {
  app.setErrorHandler<Error>((raised, request, reply) => {
    const error = translated(raised);
    const { problem, headers } = problemAnswer(error, request.id);
    if (problem.status >= 500) logFailure(request, raised, problem.code);
    const event = eventFor(error);
    if (event !== undefined) {
      securityLog.record({ event, ip: request.ip, requestId: request.id, detail: problem.code });
    }
    return sendProblem(reply, problem, headers);
  });
  app.setNotFoundHandler(() => {
    throw new RequestError('request.not-found', 'There is nothing at this path.');
  });
};

const sendProblem = (reply: FastifyReply, problem: { status: number }, headers: Readonly<Record<string, string>>) =>
  reply.code(problem.status).headers(headers).type(TYPE).serializer(JSON.stringify).send(problem);

const logFailure = (request: FastifyRequest, err: Error, code: string): void => {
  const line = { err, request_id: request.id, code };
  if (code === 'server.failed') request.log.error(line, 'request failed');
  else request.log.warn(line, 'request could not be served');
};

/** Fastify's own refusals, in our words: its messages are for its users, not for ours. */
const FRAMEWORK: Readonly<Record<string, readonly [RequestErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['request.invalid', 'The path is not well-formed.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['request.too-large', 'The body must be at most 65,536 bytes.'],
  FST_ERR_CTP_EMPTY_TYPE: ['request.unsupported-media-type', 'The body needs a Content-Type.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['request.invalid', 'Content-Length does not agree with the body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['request.unsupported-media-type', 'The body must be JSON or a form.'],
  FST_ERR_HANDLER_TIMEOUT: ['server.overloaded', 'This took too long. Try again in a moment.'],
  FST_ERR_MAX_PARAM_LENGTH: ['request.invalid', 'A part of the path is too long.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['request.unsupported-media-type', 'The body needs a Content-Type.'],
};

const translated = (error: Error): Error => {
  const known = FRAMEWORK[(error as Partial<FastifyError>).code ?? ''];
  if (known !== undefined) return new RequestError(known[0], known[1], { cause: error });
  const status = (error as Partial<FastifyError>).statusCode;
  const isOurs = error instanceof RequestError || error instanceof DomainError;
  if (isOurs || status === undefined || status >= 500) return error;
  return new RequestError('request.invalid', 'The request is not well-formed.', { cause: error });
};

const eventFor = (error: Error): SecurityEvent['event'] | undefined => {
  if (error instanceof RequestError) {
    if (error.code === 'request.cross-origin') return 'malicious_csrf';
    return error.code === 'request.invalid' ? 'input_validation_fail' : undefined;
  }
  if (!(error instanceof DomainError)) return undefined;
  if (error.code === 'access.forbidden' || error.code === 'access.unauthenticated') return 'authz_fail';
  return error.code === 'password-reset.refused' ? 'authn_token_reuse' : undefined;
};

/** What goes wrong before there is a request to handle: a path that cannot be decoded, bytes that are no HTTP. */
export const refuseBrokenRequests = () => ({
  frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const { problem, headers } = problemAnswer(translated(error), request.id);
    return sendProblem(reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id }), problem, headers);
  },
  clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const requestId = randomUUID();
    const { problem } = problemAnswer(brokenHttp(error.code), requestId);
    const body = JSON.stringify(problem);
    const headers = {
      ...SECURITY_HEADERS,
      'content-type': TYPE,
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': requestId,
      connection: 'close',
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`);
  },
});

const brokenHttp = (code: string | undefined): RequestError => {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new RequestError('request.headers-too-large', 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestError('request.timeout', 'The request took too long to arrive.');
  return new RequestError('request.invalid', 'This is not well-formed HTTP.');
};
