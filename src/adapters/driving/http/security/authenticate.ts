import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../../../application/user/authenticate.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import { clientOf } from '../request/client.ts';
import { findCookie, serializeCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** User that the request was authenticated as, for the log; `undefined` before that and for anonymous callers. */
    userId: UserId | undefined;
  }
}

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

  async authenticate(request: FastifyRequest): Promise<Principal> {
    const bearer = bearerToken(request);
    const principal = await this.#authenticate.execute({
      token: isExplicit(request) ? bearer : this.sessionToken(request),
      mayBeAdminKey: bearer !== undefined,
      client: clientOf(request),
    });
    request.userId = principal.caller.userId;
    return principal;
  }

  /** Returns the token in the session cookie, unverified. */
  sessionToken(request: FastifyRequest): Secret | undefined {
    return tokenFrom(findCookie(request.headers.cookie, this.cookieName));
  }

  /** @param maxAgeMs time after which the browser may delete the cookie */
  setCookie(reply: FastifyReply, token: Secret, maxAgeMs: number): void {
    const maxAgeSeconds = Math.floor(maxAgeMs / 1000);
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

const bearerToken = ({ headers: { authorization } }: FastifyRequest): Secret | undefined =>
  authorization !== undefined && /^bearer /i.test(authorization) ? tokenFrom(authorization.slice(7).trim()) : undefined;

const tokenFrom = (raw: string | undefined): Secret | undefined =>
  raw === undefined || raw === '' || raw.length > MAX_TOKEN_LENGTH ? undefined : new Secret(raw);
