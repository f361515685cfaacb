import { createHmac, randomUUID } from 'node:crypto';
import OAuth from 'oauth-1.0a';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient } from '../upstream-client.ts';
import { invalidResponse, requestRejected } from '../upstream-errors.ts';

/** App credentials: a bearer token, or the key and secret it is fetched with. */
export type TwitterAppKeys = Readonly<{ bearer: Secret }> | Readonly<{ key: Secret; secret: Secret }>;

/** User credentials: a user's access token for the app. */
export type TwitterOwnerKeys = Readonly<{ key: Secret; secret: Secret; token: Secret; tokenSecret: Secret }>;

const QUOTA = 'token';
const REJECTED_FOR_MS = 60_000;

/** The app's bearer token: configured, or fetched with key and secret and kept until Twitter rejects it. */
export class TwitterAppToken {
  readonly #client: UpstreamClient;
  readonly #rateLimits: RateLimitTracker;
  readonly #keys: TwitterAppKeys | undefined;
  #token: Secret | undefined;
  #rejectedUntilMs = 0;

  constructor(deps: { client: UpstreamClient; rateLimits: RateLimitTracker; keys: TwitterAppKeys | undefined }) {
    this.#client = deps.client;
    this.#rateLimits = deps.rateLimits;
    this.#keys = deps.keys;
    this.#token = deps.keys !== undefined && 'bearer' in deps.keys ? deps.keys.bearer : undefined;
  }

  /** @throws {PortError} upstream.refused: no credentials are configured, or Twitter rejects them */
  async authorization(deadline: AbortSignal): Promise<string> {
    this.#token ??= await this.#fetch(deadline);
    return `Bearer ${this.#token.reveal()}`;
  }

  /** @returns whether another token can be fetched */
  forget(): boolean {
    if (this.#keys === undefined || 'bearer' in this.#keys) return false;
    this.#token = undefined;
    return true;
  }

  async #fetch(deadline: AbortSignal): Promise<Secret> {
    const { service } = this.#client;
    if (this.#keys === undefined || 'bearer' in this.#keys) {
      const text = 'cannot be queried: no credentials are configured';
      throw requestRejected(service, 'No Twitter credentials are configured', text);
    }
    // Twitter counts rejected requests too, so wrong credentials are not sent again at once.
    if (performance.now() < this.#rejectedUntilMs) throw credentialsRejected(service, 403);
    this.#rateLimits.assertAllowed(QUOTA);
    const response = await this.#client.send(
      {
        url: this.#client.url('oauth2/token'),
        method: 'POST',
        headers: {
          authorization: `Basic ${basicCredentials(this.#keys)}`,
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        },
        body: 'grant_type=client_credentials',
        shareAs: QUOTA,
      },
      deadline,
    );
    const { status, json } = response;
    if (status === 429) throw this.#rateLimits.block(QUOTA, response);
    if (status >= 400 && status < 500) {
      this.#rejectedUntilMs = performance.now() + REJECTED_FOR_MS;
      throw credentialsRejected(service, status);
    }
    const { token_type: type, access_token: token } = (json ?? {}) as Record<string, unknown>;
    if (status !== 200 || type !== 'bearer' || typeof token !== 'string' || token === '') {
      throw invalidResponse(service, `answered ${status} and no token`);
    }
    return new Secret(token);
  }
}

export const credentialsRejected = (service: string, status: number): PortError =>
  requestRejected(
    service,
    `${service} answered ${status}: it rejects our credentials`,
    'rejects the credentials of this server',
  );

/** Both parts are percent-encoded before they are joined, because they may contain a colon. */
export const basicCredentials = ({ key, secret }: { key: Secret; secret: Secret }): string =>
  Buffer.from(`${encodeURIComponent(key.reveal())}:${encodeURIComponent(secret.reveal())}`).toString('base64');

/** Signs requests on behalf of the owner of the access token (OAuth 1.0a). */
export class TwitterSignature {
  readonly #oauth: OAuth;
  readonly #token: { key: string; secret: string };

  constructor({ keys, clock }: { keys: TwitterOwnerKeys; clock: Clock }) {
    this.#oauth = new OAuth({
      consumer: { key: keys.key.reveal(), secret: keys.secret.reveal() },
      signature_method: 'HMAC-SHA1',
      // Twitter accepts no other. HMAC-SHA1 is secure: only the collision resistance of SHA-1 is broken.
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
