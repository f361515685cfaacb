import type { FastifyRequest } from 'fastify';
import { Caller } from '../../../../domain/access/caller.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { SessionGuard } from './authenticate.ts';

const SCHEME = /^license /i;

/**
 * Returns the caller of a license route: the application that sends `Authorization: License <key>`, or the caller that
 * the session guard authenticates. The header is explicit, so it takes precedence over a cookie.
 * @throws {DomainError} access.unauthenticated: what the header holds is no license key
 */
export const callerOf = async (guard: SessionGuard, request: FastifyRequest): Promise<Caller> => {
  const { authorization } = request.headers;
  if (authorization === undefined || !SCHEME.test(authorization)) return (await guard.authenticate(request)).caller;
  const key = LicenseKey.tryParse(authorization.replace(SCHEME, ''));
  if (key !== undefined) return Caller.withLicenseKey(key);
  throw new DomainError('access.unauthenticated', 'Authorization does not hold a license key.');
};
