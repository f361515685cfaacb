import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export const isUnsafe = (method: string): boolean => !SAFE.has(method);

/**
 * Refuses what another site makes a browser send: with our cookie it would act for the person, and with a plain form it
 * would log them in as somebody else. What shows an `Authorization` header and no cookie was sent on purpose.
 * @throws {RequestError} request.cross-origin
 */
export const refuseCrossOrigin = (request: FastifyRequest, cookieName: string): void => {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  if (site === undefined && origin === undefined) return;
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== headers.host);
  if (!isForeign) return;
  const showsCookie = headers.cookie?.includes(`${cookieName}=`) ?? false;
  if (headers.authorization !== undefined && !showsCookie) return;
  throw new RequestError('request.cross-origin', 'A page of another site may not send this.');
};

const hostOf = (origin: string): string | undefined => {
  const url = URL.parse(origin);
  return url === null || url.host === '' ? undefined : url.host;
};
