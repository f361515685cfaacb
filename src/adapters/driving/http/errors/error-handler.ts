import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { SecurityEvent, SecurityLog } from '../../../../ports/security-log.ts';
import { noteAnswer, type Observers } from '../observability/access-log.ts';
import { mediaTypeSentence } from '../request/bodies.ts';
import { addressOf } from '../request/client.ts';
import type { SessionGuard } from '../security/authenticate.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { TOO_MUCH_AT_ONCE } from '../server/overload.ts';
import { problemAnswer, type RefusalCode } from './catalogue.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Every refusal, ours or Fastify's, leaves as a problem; what nobody foresaw leaves as a 500 and a line in the log. */
export const answerWithProblems = (app: FastifyInstance, securityLog: SecurityLog, guard: SessionGuard): void => {
  app.setErrorHandler<Error>((raised, request, reply) => {
    const error = translated(raised, request);
    const { problem, headers } = problemAnswer(error, request.id);
    if (problem.status >= 500 && raised !== TOO_MUCH_AT_ONCE) logFailure(request, raised, problem.code);
    record(securityLog, error, problem.code, request, guard.userIdOf(request));
    return sendProblem(reply, problem, headers);
  });
  app.setNotFoundHandler(() => {
    throw new RequestError('request.not-found', 'There is nothing at this path.');
  });
};

const record = (
  securityLog: SecurityLog,
  error: Error,
  detail: string,
  request: FastifyRequest,
  userId: string | undefined,
): void => {
  const event = eventFor(error);
  if (event === undefined) return;
  const who = { ...(userId === undefined ? {} : { userId }), ip: addressOf(request), requestId: request.id };
  securityLog.record({ event, ...who, detail });
};

const sendProblem = (reply: FastifyReply, problem: { status: number }, headers: Readonly<Record<string, string>>) =>
  reply.code(problem.status).headers(headers).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);

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
  FST_ERR_MAX_PARAM_LENGTH: ['request.invalid', 'A part of the path is too long.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['request.unsupported-media-type', 'The body needs a Content-Type.'],
};

const translated = (error: Error, { routeOptions }: FastifyRequest): Error => {
  const code = (error as Partial<FastifyError>).code ?? '';
  const taken = Object.keys((routeOptions?.schema?.body as { content?: object } | undefined)?.content ?? {});
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && taken.length > 0) {
    return new RequestError('request.unsupported-media-type', mediaTypeSentence(taken), { cause: error });
  }
  const known = FRAMEWORK[code];
  if (known !== undefined) return new RequestError(known[0], known[1], { cause: error });
  const status = (error as Partial<FastifyError>).statusCode;
  const isOurs = error instanceof RequestError || error instanceof DomainError;
  if (isOurs || status === undefined || status >= 500) return error;
  return new RequestError('request.invalid', 'The request is not well-formed.', { cause: error });
};

const eventFor = (error: Error): SecurityEvent['event'] | undefined =>
  error instanceof RequestError || error instanceof DomainError ? EVENTS[error.code] : undefined;

/** What somebody who looks for attacks wants to know of. Refusals that the use cases record themselves are not here. */
const EVENTS: Readonly<Partial<Record<RefusalCode, SecurityEvent['event']>>> = {
  'access.forbidden': 'authz_fail',
  'access.unauthenticated': 'authz_fail',
  'password-reset.refused': 'authn_token_reuse',
  'request.cross-origin': 'malicious_csrf',
  'request.invalid': 'input_validation_fail',
  'request.misdirected': 'input_validation_fail',
  'session.not-found': 'authz_fail',
  'session.required': 'authz_fail',
};

/** A path that cannot be decoded has no route, so none of the hooks sees its request. */
export const refuseBrokenPaths =
  ({ securityLog, ...watchers }: Observers & { securityLog: SecurityLog }) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal = translated(error, request);
    const { problem, headers } = problemAnswer(refusal, request.id);
    record(securityLog, refusal, problem.code, request, undefined);
    reply.raw.once('finish', () => noteAnswer(request, reply, watchers, undefined));
    sendProblem(reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id }), problem, headers);
  };
