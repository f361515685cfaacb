import { DomainError, type DomainErrorCode } from '../../../../domain/shared/domain-error.ts';
import { ThrottleExceeded } from '../../../../domain/throttle/throttle-policy.ts';
import { PortError, type PortErrorCode } from '../../../../ports/port-error.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

/** Every way we say no over HTTP. */
export type RefusalCode = DomainErrorCode | PortErrorCode | RequestErrorCode;

/** One line per refusal; the compiler asks for the missing ones. */
export const PROBLEMS: Readonly<Record<RefusalCode, Readonly<{ status: number; title: string }>>> = {
  'access.forbidden': { status: 403, title: 'Not allowed' },
  'access.unauthenticated': { status: 401, title: 'Who are you?' },
  'activation.not-found': { status: 404, title: 'There is no such activation' },
  'credentials.wrong': { status: 401, title: 'Wrong e-mail address or password' },
  'developer.unknown': { status: 404, title: 'There is no such developer' },
  'handle.malformed': { status: 400, title: 'Not a name' },
  'hashing.busy': { status: 503, title: 'Too many log-ins at once' },
  'id.malformed': { status: 400, title: 'Not an id' },
  'import.invalid': { status: 422, title: 'This cannot be imported' },
  'instant.malformed': { status: 400, title: 'Not a time' },
  'jwks.unavailable': { status: 503, title: 'The public keys cannot be read' },
  'license-file.refused': { status: 422, title: 'This license file proves nothing' },
  'license-file.unavailable': { status: 503, title: 'No license files at the moment' },
  'license.activation-limit': { status: 409, title: 'All activations are taken' },
  'license.invalid': { status: 422, title: 'Against the rules' },
  'license.key-malformed': { status: 400, title: 'Not a license key' },
  'license.key-taken': { status: 409, title: 'The license key is taken' },
  'license.not-activated': { status: 409, title: 'Not activated on this machine' },
  'license.not-found': { status: 404, title: 'There is no such license' },
  'license.stale': { status: 409, title: 'Somebody else was faster' },
  'license.state': { status: 409, title: 'Not in this state' },
  'mail.refused': { status: 503, title: 'The mail server refused' },
  'mail.unavailable': { status: 503, title: 'The mail server does not answer' },
  'pair.same-developer': { status: 422, title: 'One developer is no pair' },
  'pair.undecided': { status: 503, title: 'Nobody can tell' },
  'password-reset.refused': { status: 403, title: 'This reset token opens nothing' },
  'password-reset.unknown-address': { status: 403, title: 'Nobody has this address' },
  'password.recipe-invalid': { status: 422, title: 'No such password can be made' },
  'password.wrong': { status: 403, title: 'The current password is needed' },
  'random-users.nonsense': { status: 502, title: 'The service of random people talks nonsense' },
  'random-users.unavailable': { status: 503, title: 'The service of random people does not answer' },
  'request.cross-origin': { status: 403, title: 'Sent from another site' },
  'request.headers-too-large': { status: 431, title: 'Headers too large' },
  'request.invalid': { status: 400, title: 'The request does not have the right form' },
  'request.method-not-allowed': { status: 405, title: 'Not with this method' },
  'request.misdirected': { status: 421, title: 'Not under this name' },
  'request.not-found': { status: 404, title: 'There is nothing here' },
  'request.timeout': { status: 408, title: 'The request took too long to arrive' },
  'request.too-large': { status: 413, title: 'The body is too large' },
  'request.unsupported-media-type': { status: 415, title: 'Not in this media type' },
  'server.failed': { status: 500, title: 'We failed' },
  'server.overloaded': { status: 503, title: 'Too much to do' },
  'service.not-ready': { status: 503, title: 'Not ready' },
  'session.not-found': { status: 404, title: 'There is no such session' },
  'session.required': { status: 403, title: 'Log in first' },
  'store-copy.incomplete': { status: 500, title: 'The copy differs from the store' },
  'store-copy.refused': { status: 409, title: 'The store cannot be copied there' },
  'store.unavailable': { status: 503, title: 'The store does not answer' },
  'throttle.exceeded': { status: 429, title: 'Too many attempts' },
  'upstream.exhausted': { status: 503, title: 'A service we ask has had enough questions' },
  'upstream.nonsense': { status: 503, title: 'A service we ask makes no sense' },
  'upstream.refused': { status: 503, title: 'A service we ask refuses us' },
  'upstream.unavailable': { status: 503, title: 'A service we ask does not answer' },
  'user.email-taken': { status: 409, title: 'The e-mail address is taken' },
  'user.invalid': { status: 422, title: 'Against the rules' },
  'user.not-found': { status: 404, title: 'There is no such user' },
  'user-intake.refused': { status: 502, title: 'The other house takes nobody from us' },
  'user-intake.unavailable': { status: 503, title: 'The other house does not answer' },
  'user.stale': { status: 409, title: 'Somebody else was faster' },
};

export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  code: RefusalCode;
  errors: readonly string[];
  request_id: string;
}>;

export type ProblemAnswer = Readonly<{ problem: Problem; headers: Readonly<Record<string, string>> }>;

/** RFC 9457. What we did not foresee is a 500 that tells the client nothing. */
export const problemAnswer = (error: unknown, requestId: string): ProblemAnswer => {
  const { code, messages, headers } = refusalIn(error);
  const { status, title } = PROBLEMS[code];
  const detail = messages.join(' ');
  return {
    problem: { type: `urn:problem:${code}`, title, status, detail, code, errors: messages, request_id: requestId },
    headers: { ...standardHeaders(status), ...headers },
  };
};

type Refusal = Readonly<{
  code: RefusalCode;
  messages: readonly string[];
  headers: Readonly<Record<string, string>>;
}>;

const refusalIn = (error: unknown): Refusal => {
  if (error instanceof ThrottleExceeded)
    return { ...error, code: error.code, messages: error.messages, headers: throttleHeaders(error) };
  if (error instanceof DomainError) {
    const headers = error.code === 'pair.undecided' ? { 'retry-after': UNDECIDED_FOR_SECONDS } : {};
    return { code: error.code, messages: error.messages, headers };
  }
  if (error instanceof RequestError) return { code: error.code, messages: error.messages, headers: error.headers };
  if (error instanceof PortError) return spokenPortError(error);
  return {
    code: 'server.failed',
    messages: ['Something went wrong on our side. It has been written down.'],
    headers: {},
  };
};

/** What a network holds back (a protected account, a list too long to pay for) it will hold back a moment later too. */
const UNDECIDED_FOR_SECONDS = '3600';

const spokenPortError = ({ code, messages, retryAfterSeconds }: PortError): Refusal => ({
  code,
  messages: messages.length > 0 ? messages : [SPOKEN[code]],
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
});

/** A port's own message is for the log; it may name hosts. */
const SPOKEN: Readonly<Record<PortErrorCode, string>> = {
  'hashing.busy': 'Too many passwords are being checked. Try again in a moment.',
  'jwks.unavailable': 'The public keys cannot be read.',
  'license-file.unavailable': 'License files are not available: this server has no key to sign them with.',
  'mail.refused': 'The mail could not be sent.',
  'mail.unavailable': 'The mail could not be sent. Try again later.',
  'random-users.nonsense': 'The service of random people answered something else than it was asked.',
  'random-users.unavailable': 'The service of random people does not answer. Try again in a moment.',
  'store-copy.incomplete': 'The copy differs from the store.',
  'store-copy.refused': 'The store cannot be copied there.',
  'store.unavailable': 'The store does not answer. Try again in a moment.',
  'upstream.exhausted': 'A service that we ask has had enough questions for now. Try again later.',
  'upstream.nonsense': 'A service that we ask sent an answer that nobody can read.',
  'upstream.refused': 'A service that we ask refuses to answer us.',
  'upstream.unavailable': 'A service that we ask does not answer. Try again in a moment.',
  'user-intake.refused': 'The other house takes nobody from us.',
  'user-intake.unavailable': 'The other house does not answer. Try again in a moment.',
};

const standardHeaders = (status: number): Readonly<Record<string, string>> => {
  if (status === 401) return { 'www-authenticate': 'Bearer realm="guildhall"' };
  if (status === 503) return { 'retry-after': '2' };
  return {};
};

/** draft-ietf-httpapi-ratelimit-headers: the policy that refused, nothing left of it, and when it begins anew. */
const throttleHeaders = ({ policy, retryAfterSeconds }: ThrottleExceeded): Readonly<Record<string, string>> => ({
  'retry-after': String(retryAfterSeconds),
  ratelimit: `"${policy.name}";r=0;t=${retryAfterSeconds}`,
  'ratelimit-policy': `"${policy.name}";q=${policy.limit};w=${policy.windowMs / 1000}`,
});
