import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AlreadyAnswered } from '../../../../application/idempotency.ts';
import type { CheckLicenseKey } from '../../../../application/license/check-license-key.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { SecurityLog } from '../../../../ports/security-log.ts';
import { type CatalogueEntry, PROBLEMS } from '../errors/catalogue.ts';
import { PROBLEM_TYPE, type Problem, problemFor } from '../errors/problem.ts';
import { RequestError, type RequestErrorCode } from '../errors/request-error.ts';
import { type Observers, observeResponse } from '../observability/observers.ts';
import { mediaTypeMessage } from '../request/bodies.ts';
import { clientIpOf } from '../request/client.ts';
import { sendAgain } from '../request/idempotency.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { mayBeUnknownKey, withoutUnknownKey } from '../security/license-key.ts';
import { OVERLOADED } from './overload.ts';

/** Sends an error as an HTML page. */
export interface ErrorPages {
  /** Whether the error of this request is for a person. */
  isFor(request: FastifyRequest): boolean;
  /** Sends the page. The status and the headers of the problem are set. */
  send(request: FastifyRequest, reply: FastifyReply, error: Error, problem: Problem): Promise<FastifyReply>;
  /**
   * Returns the page of an error in a message that does not become a request, with its headers; `undefined`: the error is not for a person.
   * @param target of the request line
   */
  beforeRequest(
    target: string,
    problem: Problem,
  ): Readonly<{ headers: Readonly<Record<string, string>>; body: Buffer }> | undefined;
}

type ErrorOptions = Readonly<{ securityLog: SecurityLog; errorPages?: ErrorPages | undefined }>;

/**
 * Sends every error, ours or Fastify's, as a problem or as a page, and the first response to a repeated request. An
 * unexpected error becomes a 500 and a log line.
 */
export const handleErrors = (
  app: FastifyInstance,
  { checkLicenseKey, ...options }: ErrorOptions & Readonly<{ checkLicenseKey: CheckLicenseKey }>,
): void => {
  const send = senderOf(options);
  app.setErrorHandler<Error>((error, request, reply) => {
    if (error instanceof AlreadyAnswered) return sendAgain(reply, error.answer);
    // At once where it can be: behind the request on the same connection there may be bytes that end it.
    if (!mayBeUnknownKey(error, request)) return send(error, request, reply);
    return withoutUnknownKey(error, request, checkLicenseKey).then((explained) => send(explained, request, reply));
  });
  app.setNotFoundHandler(() => {
    throw new RequestError('request.not-found', 'There is nothing at this path.');
  });
};

/** Answers a path that cannot be decoded or is too long. It has no route, so none of the hooks sees its request. */
export const handleMalformedPath = ({ securityLog, errorPages, ...observers }: Observers & ErrorOptions) => {
  const send = senderOf({ securityLog, errorPages });
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    request.clientIp = clientIpOf(request);
    // Fastify leaves it out.
    request.query = {};
    reply.raw.once('finish', () => observeResponse(request, reply, observers));
    send(error, request, reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id }));
  };
};

const senderOf =
  ({ securityLog, errorPages }: ErrorOptions) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply) => {
    const { problem, headers } = report(error, request, securityLog);
    if (problem.status >= 500 && error !== OVERLOADED) logFailure(request, error, problem.code);
    if (errorPages === undefined || !errorPages.isFor(request)) return sendProblem(reply, problem, headers);
    return errorPages.send(request, reply.code(problem.status).headers(headers), error, problem);
  };

const report = (raised: Error, request: FastifyRequest, securityLog: SecurityLog) => {
  const { id: requestId, clientIp: ip, userId } = request;
  const answer = problemFor(translate(raised, request), requestId);
  // A page that hides what belongs to another person has been refused all the same.
  const isHidden = raised instanceof RequestError && raised.cause instanceof DomainError;
  const { code } = (isHidden ? problemFor(raised.cause as DomainError, requestId) : answer).problem;
  const { securityEvent: event }: CatalogueEntry = PROBLEMS[code];
  if (event !== undefined) {
    securityLog.record({ event, userId, client: { ip, requestId }, detail: code });
  }
  return answer;
};

const sendProblem = (reply: FastifyReply, problem: Problem, headers: Readonly<Record<string, string>>) =>
  reply.code(problem.status).headers(headers).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);

const logFailure = (request: FastifyRequest, err: Error, code: string): void => {
  const line = { err, request_id: request.id, code };
  if (code === 'server.failed') request.log.error(line, 'request failed');
  else request.log.warn(line, 'request could not be served');
};

/** Messages in place of Fastify's own, which are for its users and not for clients. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [RequestErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['request.invalid', 'The path is not well-formed.'],
  FST_ERR_CTP_EMPTY_TYPE: ['request.unsupported-media-type', 'The body needs a Content-Type.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['request.invalid', 'Content-Length does not agree with the body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['request.unsupported-media-type', 'The body must be JSON or a form.'],
  FST_ERR_MAX_PARAM_LENGTH: ['request.invalid', 'A part of the path is too long.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['request.unsupported-media-type', 'The body needs a Content-Type.'],
};

const translate = (error: Error, { routeOptions }: FastifyRequest): Error => {
  const { code = '', statusCode } = error as Partial<FastifyError>;
  const accepted = Object.keys((routeOptions?.schema?.body as { content?: object } | undefined)?.content ?? {});
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && accepted.length > 0) {
    return new RequestError('request.unsupported-media-type', mediaTypeMessage(accepted), { cause: error });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const bytes = routeOptions.bodyLimit.toLocaleString('en');
    return new RequestError('request.too-large', `The body must be at most ${bytes} bytes.`, { cause: error });
  }
  const known = FRAMEWORK_ERRORS[code];
  if (known !== undefined) return new RequestError(known[0], known[1], { cause: error });
  const isOurs = error instanceof RequestError || error instanceof DomainError;
  if (isOurs || statusCode === undefined || statusCode >= 500) return error;
  return new RequestError('request.invalid', 'The request is not well-formed.', { cause: error });
};
