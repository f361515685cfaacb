import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keeps the route to its own origin. */
    cors?: false;
  }
}

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id';
const EXPOSED_HEADERS = 'ETag, Idempotency-Replayed, Link, Location, Retry-After, X-Request-Id';

/** Chrome remembers a preflight no longer. */
const MAX_AGE_SECONDS = '7200';

/**
 * Cross-origin resource sharing for routes that work without the session cookie. Credentials are never allowed, so a
 * browser adds no cookie to what it lets another origin read.
 */
export class CorsPolicy {
  readonly #origins: ReadonlySet<string>;
  readonly #allowsAll: boolean;

  /** @param origins allowed origins, or `*` */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    this.#allowsAll = this.#origins.has('*');
  }

  get isEnabled(): boolean {
    return this.#origins.size > 0;
  }

  isAllowed(origin: string): boolean {
    return (this.#allowsAll && origin !== '') || this.#origins.has(origin);
  }

  /** Adds the headers of an ordinary response. */
  addHeaders({ headers: { origin }, routeOptions: { config } }: FastifyRequest, reply: FastifyReply): void {
    if (config?.cors !== false && this.#allowOrigin(origin, reply)) {
      reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    }
  }

  /**
   * Answers a preflight of an allowed origin.
   * @param methodsOf methods of the request's path that allow CORS
   * @returns whether the request was one
   */
  answerPreflight(request: FastifyRequest, reply: FastifyReply, methodsOf: () => readonly string[]): boolean {
    const { method, headers } = request;
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
    const methods = methodsOf();
    if (methods.length === 0 || !this.#allowOrigin(headers.origin, reply)) return false;
    reply.header('access-control-allow-methods', methods.join(', '));
    reply.header('access-control-allow-headers', ALLOWED_HEADERS);
    reply.header('access-control-max-age', MAX_AGE_SECONDS);
    reply.code(204).send();
    return true;
  }

  #allowOrigin(origin = '', reply: FastifyReply): boolean {
    if (!this.#allowsAll) reply.header('vary', 'Origin');
    if (!this.isAllowed(origin)) return false;
    reply.header('access-control-allow-origin', this.#allowsAll ? '*' : origin);
    return true;
  }
}
