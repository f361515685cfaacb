import { createHmac, randomUUID } from 'node:crypto';
import OAuth from 'oauth-1.0a';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { Clock } from '../../../../ports/clock.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient } from '../upstream-client.ts';
import { nonsense } from '../upstream-fault.ts';

/** How an app shows who it is: a token, or what a token can be fetched with. */
export type TwitterAppKeys = Readonly<{ bearer: Secret }> | Readonly<{ key: Secret; secret: Secret }>;

/** How a person lets the app act for them. */
export type TwitterOwnerKeys = Readonly<{ key: Secret; secret: Secret; token: Secret; tokenSecret: Secret }>;

const QUOTA = 'token';
const REFUSED_FOR_MS = 60_000;

/** The app's bearer token: as it was set, or fetched once with key and secret and kept until it is refused. */
export class TwitterAppToken {
  readonly #client: UpstreamClient;
  readonly #quotas: RateLimitTracker;
  readonly #keys: TwitterAppKeys | undefined;
  #token: Secret | undefined;
  #refusedUntilMs = 0;

  constructor(deps: { client: UpstreamClient; quotas: RateLimitTracker; keys: TwitterAppKeys | undefined }) {
    this.#client = deps.client;
    this.#quotas = deps.quotas;
    this.#keys = deps.keys;
    this.#token = deps.keys !== undefined && 'bearer' in deps.keys ? deps.keys.bearer : undefined;
  }

  /** @throws {PortError} upstream.refused: there are no keys, or Twitter does not accept them */
  async authorization(deadline: AbortSignal): Promise<string> {
    this.#token ??= await this.#fetch(deadline);
    return `Bearer ${this.#token.reveal()}`;
  }

  /** @returns whether another can be fetched */
  forget(): boolean {
    if (this.#keys === undefined || 'bearer' in this.#keys) return false;
    this.#token = undefined;
    return true;
  }

  async #fetch(deadline: AbortSignal): Promise<Secret> {
    const { service } = this.#client;
    if (this.#keys === undefined || 'bearer' in this.#keys) {
      throw new PortError('upstream.refused', 'No key for Twitter is set', {
        messages: [`${service} cannot be asked: this server has no key for it.`],
        retryAfterSeconds: 3600,
      });
    }
    // Twitter counts refused requests too, so a wrong secret is not shown again and again.
    if (performance.now() < this.#refusedUntilMs) throw keysRefused(service, 403);
    this.#quotas.mustHaveLeft(QUOTA);
    const answer = await this.#client.ask(
      {
        url: this.#client.url('oauth2/token'),
        method: 'POST',
        headers: {
          authorization: `Basic ${basicCredentials(this.#keys)}`,
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        },
        body: 'grant_type=client_credentials',
        as: QUOTA,
      },
      deadline,
    );
    const { status, json } = answer;
    if (status === 429) throw this.#quotas.refuse(QUOTA, answer);
    if (status >= 400 && status < 500) {
      this.#refusedUntilMs = performance.now() + REFUSED_FOR_MS;
      throw keysRefused(service, status);
    }
    const { token_type: type, access_token: token } = (json ?? {}) as Record<string, unknown>;
    if (status !== 200 || type !== 'bearer' || typeof token !== 'string' || token === '') {
      throw nonsense(service, `answered ${status} and no token`);
    }
    return new Secret(token);
  }
}

export const keysRefused = (service: string, status: number): PortError =>
  new PortError('upstream.refused', `${service} answered ${status}: it does not accept our keys`, {
    messages: [`${service} does not accept the keys of this server.`],
    retryAfterSeconds: 3600,
  });

/** Both parts percent-encoded, then joined: a colon inside one of them must not end it. */
export const basicCredentials = ({ key, secret }: { key: Secret; secret: Secret }): string =>
  Buffer.from(`${encodeURIComponent(key.reveal())}:${encodeURIComponent(secret.reveal())}`).toString('base64');

/** Signs a question in the name of the person whose token is set (OAuth 1.0a). */
export class TwitterSignature {
  readonly #oauth: OAuth;
  readonly #token: { key: string; secret: string };

  constructor({ keys, clock }: { keys: TwitterOwnerKeys; clock: Clock }) {
    this.#oauth = new OAuth({
      consumer: { key: keys.key.reveal(), secret: keys.secret.reveal() },
      signature_method: 'HMAC-SHA1',
      // Twitter takes no other. As a MAC it is sound: what is broken of SHA-1 are its collisions.
      hash_function: (text, key) => createHmac('sha1', key).update(text).digest('base64'),
    });
    this.#oauth.getNonce = () => randomUUID().replaceAll('-', '');
    this.#oauth.getTimeStamp = () => Math.floor(Instant.epochMs(clock.now()) / 1000);
    this.#token = { key: keys.token.reveal(), secret: keys.tokenSecret.reveal() };
  }

  authorization(method: string, url: URL): string {
    return this.#oauth.toHeader(this.#oauth.authorize({ method, url: url.href }, this.#token)).Authorization;
  }
}
