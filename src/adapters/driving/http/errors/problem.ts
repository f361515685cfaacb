import { CodeRequired } from '../../../../application/user/log-in.ts';
import { StepUpRequired } from '../../../../domain/access/caller.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { ThrottleExceeded } from '../../../../domain/throttle/throttle-policy.ts';
import { PortError } from '../../../../ports/port-error.ts';
import { type CatalogueEntry, type ErrorCode, PROBLEMS } from './catalogue.ts';
import { RequestError, wireName } from './request-error.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  errors: readonly string[];
  request_id: string;
  /** Of `mfa.code-required`. */
  challenge?: string;
}>;

type Headers = Readonly<Record<string, string>>;

/** Returns the RFC 9457 problem of an error and its headers. An unexpected error is a 500 without any detail of it. */
export const problemFor = (error: unknown, requestId: string): Readonly<{ problem: Problem; headers: Headers }> => {
  const { code, messages } = contentOf(error);
  const { status, title, retryAfterSeconds }: CatalogueEntry = PROBLEMS[code];
  const type = `urn:problem:${code}`;
  return {
    problem: {
      type,
      title,
      status,
      detail: messages.join(' '),
      code,
      errors: messages,
      request_id: requestId,
      ...(error instanceof CodeRequired ? { challenge: error.challenge.reveal() } : {}),
    },
    headers: { ...headersOf(status, retryAfterSeconds), ...headersIn(error) },
  };
};

const UNEXPECTED = {
  code: 'server.failed',
  messages: ['The request failed because of an internal error. It has been logged.'],
} as const;

const contentOf = (error: unknown): Readonly<{ code: ErrorCode; messages: readonly string[] }> => {
  if (!(error instanceof DomainError || error instanceof RequestError || error instanceof PortError)) return UNEXPECTED;
  const { code } = error;
  const messages = error instanceof DomainError ? error.render(wireName) : error.messages;
  if (!isRouted(code)) return UNEXPECTED;
  const { detail }: CatalogueEntry = PROBLEMS[code];
  return { code, messages: messages.length === 0 && detail !== undefined ? [detail] : messages };
};

const isRouted = (code: string): code is ErrorCode => Object.hasOwn(PROBLEMS, code);

/** Seconds after which a 503 may be tried again, unless the error or its code says otherwise. */
const RETRY_SECONDS = 2;

const headersOf = (status: number, retryAfterSeconds: number | undefined): Headers => {
  if (status === 401) return { 'www-authenticate': 'Bearer realm="guildhall"' };
  const seconds = retryAfterSeconds ?? (status === 503 ? RETRY_SECONDS : undefined);
  if (seconds !== undefined) return { 'retry-after': String(seconds) };
  return {};
};

const headersIn = (error: unknown): Headers => {
  if (error instanceof RequestError) return error.headers;
  if (error instanceof ThrottleExceeded) return rateLimitHeaders(error);
  if (error instanceof StepUpRequired) return { 'www-authenticate': stepUpChallenge(error) };
  if (!(error instanceof PortError) || error.retryAfterSeconds === undefined) return {};
  return { 'retry-after': String(error.retryAfterSeconds) };
};

/** RFC 9470 */
const stepUpChallenge = ({ maxAgeSeconds }: StepUpRequired): string =>
  `Bearer error="insufficient_user_authentication", max_age="${maxAgeSeconds}"`;

/** draft-ietf-httpapi-ratelimit-headers: the policy that was exceeded, with nothing remaining, and when it resets. */
const rateLimitHeaders = ({ policy, retryAfterSeconds }: ThrottleExceeded): Headers => ({
  'retry-after': String(retryAfterSeconds),
  ratelimit: `"${policy.name}";r=0;t=${retryAfterSeconds}`,
  'ratelimit-policy': `"${policy.name}";q=${policy.limit};w=${policy.windowMs / 1000}`,
});
