import type { DomainErrorCode } from '../../../../domain/shared/domain-error.ts';
import type { PortErrorCode } from '../../../../ports/port-error.ts';
import type { SecurityEvent } from '../../../../ports/security-log.ts';
import type { RequestErrorCode } from './request-error.ts';

/** Codes that only commands, the mail worker or the domain's own parsers raise; no route can answer with them. */
type UnroutedCode =
  | 'id.malformed'
  | 'instant.malformed'
  | 'jwks.unavailable'
  | 'license-file.refused'
  | 'mail.refused'
  | 'mail.unavailable'
  | Extract<PortErrorCode, `store-backup.${string}`>
  | 'store-copy.incomplete'
  | 'store-copy.refused'
  | 'user-intake.refused'
  | 'user-intake.unavailable';

type RoutedPortCode = Exclude<PortErrorCode, UnroutedCode>;
type RoutedCode = Exclude<DomainErrorCode, UnroutedCode> | RequestErrorCode;

/** Every error code of the HTTP API. */
export type ErrorCode = RoutedPortCode | RoutedCode;

export type CatalogueEntry = Readonly<{
  status: number;
  title: string;
  /** Message for the client in place of the error's own, which is for the log and may name hosts. */
  detail?: string;
  /** Value of `Retry-After` where the error itself does not say. */
  retryAfterSeconds?: number;
  /** Event that the edge writes to the security log. Errors that use cases record themselves have none. */
  securityEvent?: SecurityEvent['event'];
}>;

/** A protected account or a list that is too long stays so for a while. */
const UNDECIDED_SECONDS = 3_600;

/** All that HTTP says about an error code. The compiler requires one entry for each code, and a detail for each port. */
export const PROBLEMS: Readonly<
  Record<RoutedCode, CatalogueEntry> & Record<RoutedPortCode, CatalogueEntry & { detail: string }>
> = {
  'access.forbidden': { status: 403, title: 'Access denied', securityEvent: 'authz_fail' },
  'access.step-up-required': { status: 401, title: 'Step-up required', securityEvent: 'authz_fail' },
  'access.unauthenticated': { status: 401, title: 'Authentication required', securityEvent: 'authz_fail' },
  'activation.not-found': { status: 404, title: 'Activation not found' },
  'confirmation.refused': { status: 403, title: 'Invalid confirmation token', securityEvent: 'authn_token_reuse' },
  'audit.not-found': { status: 404, title: 'Audit entry not found' },
  'credentials.wrong': { status: 401, title: 'Invalid credentials' },
  'developer.unknown': { status: 404, title: 'Developer not found' },
  'handle.malformed': { status: 400, title: 'Invalid handle' },
  'hashing.busy': {
    status: 503,
    title: 'Password hashing overloaded',
    detail: 'Too many passwords are being checked. Try again in a moment.',
  },
  'idempotency.in-flight': { status: 409, title: 'First request still running', retryAfterSeconds: 1 },
  'idempotency.mismatch': { status: 422, title: 'Idempotency key already used' },
  'import.invalid': { status: 422, title: 'Invalid import' },
  'license-file.unavailable': {
    status: 503,
    title: 'License files unavailable',
    detail: 'License files are not available: this server has no key to sign them with.',
  },
  'license.activation-limit': { status: 409, title: 'Activation limit reached' },
  'license.invalid': { status: 422, title: 'Invalid license' },
  'license.key-malformed': { status: 400, title: 'Malformed license key' },
  'license.key-taken': { status: 409, title: 'License key already in use' },
  'license.not-activated': { status: 409, title: 'Machine not activated' },
  'license.not-found': { status: 404, title: 'License not found' },
  'license.stale': { status: 409, title: 'Concurrent license update' },
  'license.state': { status: 409, title: 'Invalid license state' },
  'mfa.already-set': { status: 409, title: 'Second factor already set' },
  'mfa.code-required': { status: 401, title: 'Code required' },
  'mfa.enrolment-required': { status: 403, title: 'Second factor required', securityEvent: 'authz_fail' },
  'mfa.not-found': { status: 404, title: 'No second factor' },
  'mfa.not-pending': { status: 409, title: 'No pending second factor' },
  'mfa.refused': { status: 401, title: 'Invalid code' },
  'mfa.required-here': { status: 409, title: 'Second factor required' },
  'pair.same-developer': { status: 422, title: 'Identical developers' },
  'pair.undecided': { status: 503, title: 'Undecided connection', retryAfterSeconds: UNDECIDED_SECONDS },
  'password-reset.refused': { status: 403, title: 'Invalid reset token', securityEvent: 'authn_token_reuse' },
  'password-reset.unknown-address': { status: 403, title: 'Unknown email address' },
  'password.recipe-invalid': { status: 422, title: 'Invalid password options' },
  'password.wrong': { status: 403, title: 'Wrong current password' },
  'random-users.nonsense': {
    status: 502,
    title: 'Invalid response of the random user service',
    detail: 'The random user service sent an invalid response.',
  },
  'random-users.unavailable': {
    status: 503,
    title: 'Random user service unavailable',
    detail: 'The random user service does not answer. Try again in a moment.',
  },
  'registration.closed': { status: 403, title: 'Registration closed' },
  'registration.refused': { status: 403, title: 'Invalid confirmation token', securityEvent: 'authn_token_reuse' },
  'request.cross-origin': { status: 403, title: 'Cross-origin request', securityEvent: 'malicious_csrf' },
  'request.form-token': { status: 403, title: 'Expired form', securityEvent: 'malicious_csrf' },
  'request.headers-too-large': { status: 431, title: 'Request headers too large' },
  'request.invalid': { status: 400, title: 'Invalid request', securityEvent: 'input_validation_fail' },
  'request.method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request.misdirected': { status: 421, title: 'Misdirected request', securityEvent: 'input_validation_fail' },
  'request.not-found': { status: 404, title: 'Route not found' },
  'request.precondition-failed': { status: 412, title: 'Precondition failed' },
  'request.timeout': { status: 408, title: 'Request timeout' },
  'request.too-large': { status: 413, title: 'Request body too large' },
  'request.unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'sealing.unavailable': {
    status: 503,
    title: 'Sealing key unavailable',
    detail: 'This server cannot read its stored secrets: SEALING_KEY is missing or is not the key that sealed them.',
  },
  'server.failed': { status: 500, title: 'Internal server error' },
  'server.overloaded': { status: 503, title: 'Server overloaded' },
  'service.not-ready': { status: 503, title: 'Service not ready' },
  'session.not-found': { status: 404, title: 'Session not found', securityEvent: 'authz_fail' },
  'session.required': { status: 403, title: 'Session required', securityEvent: 'authz_fail' },
  'staff.last-admin': { status: 409, title: 'Last admin' },
  'staff.not-found': { status: 404, title: 'No role' },
  'store.unavailable': {
    status: 503,
    title: 'Store unavailable',
    detail: 'The store does not answer. Try again in a moment.',
  },
  'throttle.exceeded': { status: 429, title: 'Rate limit exceeded' },
  'token.invalid': { status: 422, title: 'Invalid API token' },
  'token.malformed': { status: 401, title: 'Malformed API token', securityEvent: 'authz_fail' },
  'token.not-found': { status: 404, title: 'API token not found' },
  'token.product-refused': { status: 403, title: 'Product not allowed', securityEvent: 'authz_fail' },
  'token.refused': { status: 401, title: 'API token rejected' },
  'token.scope-too-wide': { status: 403, title: 'Scope too wide', securityEvent: 'authz_fail' },
  'token.stale': { status: 409, title: 'Concurrent API token update' },
  'token.too-many': { status: 409, title: 'Too many API tokens' },
  'upstream.exhausted': {
    status: 503,
    title: 'Upstream rate limit exceeded',
    detail: 'The rate limit of an upstream service is used up. Try again later.',
  },
  'upstream.nonsense': {
    status: 503,
    title: 'Invalid upstream response',
    detail: 'An upstream service sent an invalid response.',
  },
  'upstream.refused': {
    status: 503,
    title: 'Upstream request rejected',
    detail: 'An upstream service rejected the request of this server.',
  },
  'upstream.unavailable': {
    status: 503,
    title: 'Upstream unavailable',
    detail: 'An upstream service does not answer. Try again in a moment.',
  },
  'user.ban-refused': { status: 409, title: 'Ban of oneself' },
  'user.confirmed': { status: 409, title: 'Address already confirmed' },
  'user.email-taken': { status: 409, title: 'Email address already registered' },
  'user.invalid': { status: 422, title: 'Invalid user' },
  'user.not-found': { status: 404, title: 'User not found' },
  'user.stale': { status: 409, title: 'Concurrent user update' },
  'user.state': { status: 409, title: 'Invalid user state' },
  'user.unconfirmed': { status: 403, title: 'Unconfirmed address' },
};
