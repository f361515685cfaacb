import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { isSameAuthority } from '../request/authority.ts';
import { SAFE_METHODS } from '../request/conditions.ts';
import { findCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Rejects requests of other sites to this route although it only reads, because a request of it costs something. */
    sameOriginOnly?: true;
  }
}

/** Media types that a plain form can send; all others need the server's consent to a preflight. */
const FORM_TYPES = new Set(['', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);

/**
 * Rejects a request that another site makes a browser send: with the session cookie it would act for the user, and a
 * plain form would log the user in to another account. Any other request is judged by its own credentials: a browser
 * sends it across origins only after a preflight, which {@link CorsPolicy} answers.
 * @param isAllowedOrigin whether the site may send cross-origin requests without a cookie
 * @throws {RequestError} request.cross-origin
 */
export const assertNotForged = (
  request: FastifyRequest,
  cookieName: string,
  isAllowedOrigin: (origin: string) => boolean,
): void => {
  if (isSameOrigin(request)) return;
  const { headers, method } = request;
  const isRejected = SAFE_METHODS.has(method)
    ? request.routeOptions.config.sameOriginOnly === true && !isAllowedOrigin(headers.origin ?? '')
    : findCookie(headers.cookie, cookieName) !== undefined || canFormSend(request);
  if (isRejected) throw new RequestError('request.cross-origin', 'A page of another site may not send this request.');
};

/**
 * Rejects a form that is not from a page of ours.
 * @throws {RequestError} request.cross-origin: also without any statement of the browser on where it comes from
 */
export const assertOwnForm = (request: FastifyRequest): void => {
  const { 'sec-fetch-site': site, origin } = request.headers;
  const isOwn = site === undefined ? origin !== undefined && isSameOrigin(request) : site === 'same-origin';
  if (!isOwn) throw new RequestError('request.cross-origin', 'This form was sent from a page of another site.');
};

/** By Fetch Metadata; by `Origin` only where that is absent. Without either the client is no browser. */
const isSameOrigin = (request: FastifyRequest): boolean => {
  const { 'sec-fetch-site': site, origin, host } = request.headers;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  const [, scheme, authority] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  if (scheme !== 'https' && scheme !== 'http') return false;
  // Where the request came over plain http, a proxy that is not trusted may have received it over https.
  if (request.protocol === 'https' && scheme !== 'https') return false;
  return isSameAuthority(authority ?? '', host ?? '', scheme);
};

const canFormSend = ({ method, headers: { authorization = '', 'content-type': type = '' } }: FastifyRequest): boolean =>
  method === 'POST' &&
  // A browser adds other schemes by itself, as it does with Basic.
  !/^(?:bearer|license) /i.test(authorization) &&
  FORM_TYPES.has(type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
