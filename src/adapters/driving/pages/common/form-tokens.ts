import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../../http/errors/request-error.ts';
import type { SessionGuard } from '../../http/security/authenticate.ts';
import { findCookie, serializeCookie } from '../../http/security/session-cookie.ts';

/** Hidden fields that every form has. */
export const TOKEN_FIELD = 'form_token';
export const KEY_FIELD = 'form_key';

const LABEL = 'guildhall/form/v2';
const MAX_AGE_SECONDS = 86_400;
const SEED = /^[\w-]{43}$/;

/**
 * The hidden token of every form. Another site can neither read nor compute it: it is a hash of the session token, and
 * before the log-in of a random cookie, each of 256 random bits. Nothing is stored, so every instance accepts it.
 */
export class FormTokens {
  readonly #guard: SessionGuard;
  readonly #isSecure: boolean;
  readonly #cookieName: string;

  constructor(guard: SessionGuard, { isSecure }: { isSecure: boolean }) {
    this.#guard = guard;
    this.#isSecure = isSecure;
    this.#cookieName = isSecure ? '__Host-form' : 'form';
  }

  /** Returns the token for a form of this response, and sets the cookie where there is neither it nor a session. */
  issue(request: FastifyRequest, reply: FastifyReply): string {
    const present = this.#seed(request);
    if (present !== undefined) return tokenOf(present);
    const seed = randomBytes(32).toString('base64url');
    const options = { maxAgeSeconds: MAX_AGE_SECONDS, isSecure: this.#isSecure };
    reply.header('set-cookie', serializeCookie(this.#cookieName, seed, options));
    return tokenOf(seed);
  }

  /** Also after the session has ended, while the browser has its cookie. */
  isValid(request: FastifyRequest, token: unknown): boolean {
    const seed = this.#seed(request);
    return seed !== undefined && typeof token === 'string' && isEqual(token, tokenOf(seed));
  }

  /** @throws {RequestError} request.form-token */
  assertValid(request: FastifyRequest, token: unknown): void {
    if (this.isValid(request, token)) return;
    throw new RequestError('request.form-token', 'This form has expired. Please send it again.');
  }

  #seed(request: FastifyRequest): string | undefined {
    const session = this.#guard.sessionToken(request)?.reveal();
    if (session !== undefined) return session;
    const seed = findCookie(request.headers.cookie, this.#cookieName);
    return seed !== undefined && SEED.test(seed) ? seed : undefined;
  }
}

/** perf: an HMAC, which a secret of random bits does not need, is an object of OpenSSL: a page took 10 % more CPU with it. */
const tokenOf = (seed: string): string => hash('sha256', `${LABEL} ${seed}`, 'base64url');

const isEqual = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));
