import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '../../../../application/client.ts';
import type { Authenticate, Principal } from '../../../../application/user/authenticate.ts';
import { ApiTokenSecret } from '../../../../domain/access/api-token-secret.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import { clientOf } from '../request/client.ts';
import { findCookie, serializeCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** User that the request was authenticated as, for the log; `undefined` before that and for anonymous callers. */
    userId: UserId | undefined;
    principal: RequestPrincipal | undefined;
    /** Token of the session that began with this request; its cookie is in the response. */
    begunSession: Secret | undefined;
  }
  interface FastifyContextConfig {
    /** Answers every bearer that is no session as an anonymous caller. */
    sessionsOnly?: true;
  }
}

/** The caller and the client of a request, as use cases take them. */
export type RequestPrincipal = Principal & Readonly<{ client: Client }>;

/** Maximum length of a token or key; longer text is not hashed. */
const MAX_TOKEN_LENGTH = 512;

/** Authenticates requests by a cookie that scripts cannot read, or by a bearer token. */
export class SessionGuard {
  readonly #authenticate: Authenticate;
  readonly #isSecure: boolean;
  readonly cookieName: string;

  /** @param options.isSecure production: the cookie is bound to HTTPS and to this host */
  constructor(authenticate: Authenticate, { isSecure }: { isSecure: boolean }) {
    this.#authenticate = authenticate;
    this.#isSecure = isSecure;
    this.cookieName = isSecure ? '__Host-session_id' : 'session_id';
  }

  /**
   * Authenticates the request, at its first call.
   * @throws {ThrottleExceeded} throttle.exceeded
   * @throws {DomainError} token.malformed | token.refused
   */
  async authenticate(request: FastifyRequest): Promise<RequestPrincipal> {
    if (request.principal !== undefined) return request.principal;
    const bearer = bearerToken(request);
    const client = clientOf(request);
    const principal = await this.#authenticate.execute({
      token: isExplicit(request) ? bearer : this.sessionToken(request),
      isBearer: bearer !== undefined,
      takesSessionsOnly: request.routeOptions.config.sessionsOnly,
      client,
    });
    request.principal = { ...principal, client };
    request.userId = principal.caller.userId;
    return request.principal;
  }

  /** Returns the token of the session that has just begun, or the one in the session cookie, unverified. */
  sessionToken(request: FastifyRequest): Secret | undefined {
    return request.begunSession ?? tokenFrom(findCookie(request.headers.cookie, this.cookieName));
  }

  /** @param maxAgeMs time after which the browser may delete the cookie */
  setCookie(reply: FastifyReply, token: Secret, maxAgeMs: number): void {
    const maxAgeSeconds = Math.floor(maxAgeMs / 1000);
    reply.request.begunSession = token;
    reply.header(
      'set-cookie',
      serializeCookie(this.cookieName, token.reveal(), { maxAgeSeconds, isSecure: this.#isSecure }),
    );
  }

  clearCookie(reply: FastifyReply): void {
    reply.header('set-cookie', serializeCookie(this.cookieName, '', { maxAgeSeconds: 0, isSecure: this.#isSecure }));
    // Not "cookies": that would clear those of the vendor's whole domain.
    reply.header('clear-site-data', '"cache", "storage"');
  }
}

/** Whether the client shows credentials of its own choice, good or bad. A cookie beside them does not count. */
const isExplicit = ({ headers: { authorization = '' } }: FastifyRequest): boolean =>
  /^(?:bearer|license)(?: |$)/i.test(authorization);

const bearerToken = ({ headers: { authorization } }: FastifyRequest): Secret | undefined => {
  if (authorization === undefined || !/^bearer /i.test(authorization)) return undefined;
  const raw = authorization.slice(7).trim();
  // The beginning of a text that is too long for an API token shows as well that it is none.
  const start = tokenFrom(raw.slice(0, MAX_TOKEN_LENGTH));
  return start !== undefined && ApiTokenSecret.hasPrefix(start) ? start : tokenFrom(raw);
};

/** Whether a bearer token claims to be an API token. */
export const hasApiToken = (request: FastifyRequest): boolean => {
  const token = bearerToken(request);
  return token !== undefined && ApiTokenSecret.hasPrefix(token);
};

const tokenFrom = (raw: string | undefined): Secret | undefined =>
  raw === undefined || raw === '' || raw.length > MAX_TOKEN_LENGTH ? undefined : new Secret(raw);
