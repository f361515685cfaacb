import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../../../application/user/authenticate.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import { clearedCookie, cookieIn, setCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who turned out to be asking. */
    visitorId: UserId | undefined;
  }
}

/** No token or key of ours is longer; hashing a flood of text is not worth anybody's time. */
const LONGEST_TOKEN = 512;

/** How the session travels: as a cookie that scripts cannot read, or as a bearer token. */
export class SessionGuard {
  readonly #authenticate: Authenticate;
  readonly #isSecure: boolean;
  readonly cookieName: string;

  /** @param options.isSecure production: HTTPS only, bound to this very host */
  constructor(authenticate: Authenticate, { isSecure }: { isSecure: boolean }) {
    this.#authenticate = authenticate;
    this.#isSecure = isSecure;
    this.cookieName = isSecure ? '__Host-session_id' : 'session_id';
  }

  /** Gives each request a place for who is asking. A map beside them would be one more thing for the collector. */
  static prepare(app: FastifyInstance): void {
    app.decorateRequest('visitorId', undefined);
  }

  async visit(request: FastifyRequest): Promise<Principal> {
    const bearer = bearerIn(request);
    const visitor = await this.#authenticate.execute({
      token: bearer ?? this.cookieIn(request),
      mayBeAdminKey: bearer !== undefined,
    });
    request.visitorId = visitor.caller.userId;
    return visitor;
  }

  /** Who turned out to be asking, for the log. */
  userIdOf(request: FastifyRequest): UserId | undefined {
    return request.visitorId;
  }

  cookieIn(request: FastifyRequest): Secret | undefined {
    return tokenFrom(cookieIn(request.headers.cookie, this.cookieName));
  }

  /** @param longestLifeMs after which the browser may forget it */
  give(reply: FastifyReply, token: Secret, longestLifeMs: number): void {
    const kind = { lifeSeconds: Math.floor(longestLifeMs / 1000), isSecure: this.#isSecure };
    reply.header('set-cookie', setCookie(this.cookieName, token.reveal(), kind));
  }

  takeBack(reply: FastifyReply): void {
    reply.header('set-cookie', clearedCookie(this.cookieName, { isSecure: this.#isSecure }));
    reply.header('clear-site-data', '"cache", "cookies", "storage"');
  }
}

const bearerIn = ({ headers: { authorization } }: FastifyRequest): Secret | undefined =>
  authorization !== undefined && /^bearer /i.test(authorization) ? tokenFrom(authorization.slice(7).trim()) : undefined;

const tokenFrom = (raw: string | undefined): Secret | undefined =>
  raw === undefined || raw === '' || raw.length > LONGEST_TOKEN ? undefined : new Secret(raw);
