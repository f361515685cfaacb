import { Pool } from 'undici';
import type { Secret } from '../../../../domain/shared/secret.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RandomUser } from '../../../../ports/random-user-source.ts';
import type { RemoteCreateResult, RemoteUsers } from '../../../../ports/remote-users.ts';

/** Longer than a Guildhall takes to answer anything: its own limit is 20 s. */
const DEADLINE_MS = 25_000;
const MOST_BYTES = 262_144;

const RECEPTIONS: Readonly<Record<number, RemoteCreateResult>> = {
  201: 'taken-in',
  400: 'unusable',
  409: 'email-taken',
  422: 'unusable',
};

/**
 * A Guildhall that listens somewhere, asked as any client asks it: `POST /users`. Nothing is asked twice, for the first
 * may have arrived, and no redirect is followed, for the key is meant for this server.
 */
export class RemoteGuildhall implements RemoteUsers {
  readonly #url: URL;
  readonly #key: Secret | undefined;
  readonly #deadlineMs: number;
  readonly #pool: Pool;

  /** @param options.url of the house: `POST /users` is asked below it */
  constructor(options: { url: URL; key: Secret | undefined; deadlineMs?: number }) {
    const { url, key, deadlineMs = DEADLINE_MS } = options;
    this.#url = url;
    this.#key = key;
    this.#deadlineMs = deadlineMs;
    const timeouts = {
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
      connectTimeout: Math.min(2_000, deadlineMs),
    };
    this.#pool = new Pool(url.origin, { connections: 1, maxResponseSize: MOST_BYTES, ...timeouts });
  }

  async create({ name, email }: RandomUser): Promise<RemoteCreateResult> {
    const status = await this.#post(JSON.stringify({ email, name }));
    const reception = RECEPTIONS[status];
    if (reception !== undefined) return reception;
    const { origin } = this.#url;
    if (status === 401 || status === 403) {
      throw new PortError('user-intake.refused', `${origin} does not let us administer: give its key with --key`);
    }
    if (status === 429 || status >= 500) throw new PortError('user-intake.unavailable', `${origin} answered ${status}`);
    throw new PortError('user-intake.refused', `${origin} answered ${status}: is it a Guildhall?`);
  }

  async #post(body: string): Promise<number> {
    const key = this.#key;
    try {
      const answer = await this.#pool.request({
        path: `${this.#url.pathname.replace(/\/$/, '')}/users`,
        method: 'POST',
        headers: {
          accept: 'application/json, application/problem+json',
          'content-type': 'application/json',
          'user-agent': 'guildhall',
          ...(key === undefined ? {} : { authorization: `Bearer ${key.reveal()}` }),
        },
        body,
        signal: AbortSignal.timeout(this.#deadlineMs),
      });
      // Read to its end, so that the connection can be used again.
      await answer.body.text();
      return answer.statusCode;
    } catch (cause) {
      throw new PortError('user-intake.unavailable', `${this.#url.origin} did not answer`, { cause });
    }
  }
}
