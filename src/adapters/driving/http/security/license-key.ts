import type { FastifyRequest } from 'fastify';
import { Caller } from '../../../../domain/access/caller.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { SessionGuard } from './authenticate.ts';

const SCHEME = /^license /i;

/**
 * Who asks for a license: an application that shows `Authorization: License <key>`, or anybody whom the session guard
 * knows. The header says what one wants to be taken for, so it wins over a cookie.
 * @throws {DomainError} access.unauthenticated: what is shown is no license key
 */
export const callerOf = async (guard: SessionGuard, request: FastifyRequest): Promise<Caller> => {
  const { authorization } = request.headers;
  if (authorization === undefined || !SCHEME.test(authorization)) return (await guard.visit(request)).caller;
  const key = LicenseKey.tryParse(authorization.replace(SCHEME, ''));
  if (key !== undefined) return Caller.withLicenseKey(key);
  throw new DomainError('access.unauthenticated', 'What Authorization shows is no license key.');
};
