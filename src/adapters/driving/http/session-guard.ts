import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Visitor } from '../../../application/user/authenticate.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import type { UserId } from '../../../domain/user/user-id.ts';

/** No token or key of ours is longer; hashing a flood of text is not worth anybody's time. */
const LONGEST_TOKEN = 512;

/** How the session travels: as a cookie that scripts cannot read, or as a bearer token. */
export class SessionGuard {
  readonly #authenticate: Authenticate;
  readonly #isSecure: boolean;
  readonly #visitors = new WeakMap<FastifyRequest, UserId>();
  readonly cookieName: string;

  /** @param options.isSecure production: HTTPS only, bound to this very host */
  constructor(authenticate: Authenticate, { isSecure }: { isSecure: boolean }) {
    this.#authenticate = authenticate;
    this.#isSecure = isSecure;
    this.cookieName = isSecure ? '__Host-session_id' : 'session_id';
  }

  async visit(request: FastifyRequest): Promise<Visitor> {
    const bearer = bearerIn(request);
    const visitor = await this.#authenticate.execute({
      token: bearer ?? this.cookieIn(request),
      mayBeAdminKey: bearer !== undefined,
    });
    if (visitor.caller.userId !== undefined) this.#visitors.set(request, visitor.caller.userId);
    return visitor;
  }

  /** Who turned out to be asking, for the log. */
  userIdOf(request: FastifyRequest): UserId | undefined {
    return this.#visitors.get(request);
  }

  cookieIn(request: FastifyRequest): Secret | undefined {
    return tokenFrom(request.cookies[this.cookieName]);
  }

  /** @param longestLifeMs after which the browser may forget it */
  give(reply: FastifyReply, token: Secret, longestLifeMs: number): void {
    reply.setCookie(this.cookieName, token.reveal(), {
      ...this.#attributes(),
      maxAge: Math.floor(longestLifeMs / 1000),
    });
  }

  takeBack(reply: FastifyReply): void {
    reply.clearCookie(this.cookieName, this.#attributes());
    reply.header('clear-site-data', '"cache", "cookies", "storage"');
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#isSecure } as const;
  }
}

const bearerIn = ({ headers: { authorization } }: FastifyRequest): Secret | undefined =>
  authorization !== undefined && /^bearer /i.test(authorization) ? tokenFrom(authorization.slice(7).trim()) : undefined;

const tokenFrom = (raw: string | undefined): Secret | undefined =>
  raw === undefined || raw === '' || raw.length > LONGEST_TOKEN ? undefined : new Secret(raw);
