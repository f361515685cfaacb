import type { FastifyRequest } from 'fastify';
import type { CheckLicenseKey } from '../../../../application/license/check-license-key.ts';
import { Caller } from '../../../../domain/access/caller.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { clientOf } from '../request/client.ts';
import { hasApiToken, type RequestPrincipal, type SessionGuard } from './authenticate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Key that the request presents; nothing has looked for its license yet. */
    licenseKey: LicenseKey | undefined;
  }
}

const SCHEME = /^license /i;

/** Whether the request shows an API token or a license key to a route that takes one: a bad one is an error by itself. */
export const showsKey = (request: FastifyRequest): boolean => {
  const { authorization } = request.headers;
  if (authorization === undefined) return false;
  const { schema, config } = request.routeOptions;
  const accepted = config.sessionsOnly ? [] : (schema?.security ?? []);
  if (SCHEME.test(authorization)) return accepted.some((scheme) => 'licenseKey' in scheme);
  return accepted.length > 0 && hasApiToken(request);
};

/**
 * Authenticates a request for a license, at its first call: the caller is the application that sends
 * `Authorization: License <key>`, or the caller that the session guard authenticates. The header is explicit, so it takes
 * precedence over a cookie.
 * @throws {DomainError} access.unauthenticated: the header holds no license key
 */
export const authenticate = async (guard: SessionGuard, request: FastifyRequest): Promise<RequestPrincipal> => {
  if (request.principal !== undefined) return request.principal;
  const { authorization } = request.headers;
  if (authorization === undefined || !SCHEME.test(authorization)) return guard.authenticate(request);
  const key = LicenseKey.tryParse(authorization.replace(SCHEME, ''));
  if (key === undefined) throw unknownKey();
  request.licenseKey = key;
  request.principal = { caller: Caller.withLicenseKey(key), client: clientOf(request) };
  return request.principal;
};

/** Whether a request was denied that presents a license key. */
export const mayBeUnknownKey = (error: Error, { licenseKey }: FastifyRequest): boolean =>
  licenseKey !== undefined && error instanceof DomainError && error.code === 'access.forbidden';

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

const unknownKey = () => new DomainError('access.unauthenticated', 'Authorization does not hold a license key.');
