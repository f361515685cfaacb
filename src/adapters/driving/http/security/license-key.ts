import type { FastifyRequest } from 'fastify';
import type { CheckLicenseKey } from '../../../../application/license/check-license-key.ts';
import { Caller } from '../../../../domain/access/caller.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { clientOf } from '../request/client.ts';
import type { RequestPrincipal, SessionGuard } from './authenticate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Key that the request presents; nothing has looked for its license yet. */
    licenseKey: LicenseKey | undefined;
  }
}

const SCHEME = /^license /i;

/**
 * Authenticates a request for a license: the caller is the application that sends `Authorization: License <key>`, or the caller that
 * the session guard authenticates. The header is explicit, so it takes precedence over a cookie.
 * @throws {DomainError} access.unauthenticated: the header holds no license key
 */
export const authenticate = async (guard: SessionGuard, request: FastifyRequest): Promise<RequestPrincipal> => {
  const { authorization } = request.headers;
  if (authorization === undefined || !SCHEME.test(authorization)) return guard.authenticate(request);
  const key = LicenseKey.tryParse(authorization.replace(SCHEME, ''));
  if (key === undefined) throw unknownKey();
  request.licenseKey = key;
  return { caller: Caller.withLicenseKey(key), client: clientOf(request) };
};

/** Whether a request was denied that presents a license key. */
export const mayBeUnknownKey = (error: Error, { licenseKey }: FastifyRequest): boolean =>
  licenseKey !== undefined && error instanceof DomainError && DENIALS.has(error.code);

/**
 * Returns the error of a request that was denied: where its license key does not exist, access.unauthenticated as for any
 * other bad credentials.
 */
// perf: looking up every key, and not only after a denial, would cost 5 of 157 µs of an activation, and a round trip on
// Postgres.
export const withoutUnknownKey = async (
  error: Error,
  { licenseKey }: FastifyRequest,
  checkLicenseKey: CheckLicenseKey,
): Promise<Error> => {
  // The denial stands where the store does not answer.
  const exists = licenseKey === undefined || (await checkLicenseKey.execute(licenseKey).catch(() => true));
  return exists ? error : unknownKey();
};

const DENIALS: ReadonlySet<DomainError['code']> = new Set(['access.forbidden', 'license.not-found']);

const unknownKey = () => new DomainError('access.unauthenticated', 'Authorization does not hold a license key.');
