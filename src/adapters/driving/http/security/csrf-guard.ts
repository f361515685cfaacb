import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export const isUnsafe = (method: string): boolean => !SAFE.has(method);

/**
 * Rejects a request that another site makes a browser send: with the session cookie it would act for the user, and a
 * plain form would log the user in to another account. An `Authorization` header without a cookie is never sent by
 * accident.
 * @throws {RequestError} request.cross-origin
 */
export const assertSameOrigin = (request: FastifyRequest, cookieName: string): void => {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  if (site === undefined && origin === undefined) return;
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== headers.host);
  if (!isForeign) return;
  const hasCookie = headers.cookie?.includes(`${cookieName}=`) ?? false;
  if (headers.authorization !== undefined && !hasCookie) return;
  throw new RequestError('request.cross-origin', 'A page of another site may not send this request.');
};

const hostOf = (origin: string): string | undefined => {
  const url = URL.parse(origin);
  return url === null || url.host === '' ? undefined : url.host;
};
