import type { Secret } from '../../../../domain/shared/secret.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RandomUser } from '../../../../ports/random-user-source.ts';
import type { RemoteCreateResult, RemoteUsers } from '../../../../ports/remote-users.ts';
import { UpstreamClient } from '../upstream-client.ts';

/** Above the server's own limit for a request, which is 20 s. */
const DEADLINE_MS = 25_000;

/** A request that failed may have created the user, so none is retried. */
const LIMITS = { bytes: 262_144, retries: 0 } as const;

const RESULTS: Readonly<Record<number, RemoteCreateResult>> = {
  201: 'created',
  400: 'unusable',
  409: 'email-taken',
  422: 'unusable',
};

/** Creates users on another Guildhall server by `POST /users`. */
export class RemoteGuildhall implements RemoteUsers {
  readonly #origin: string;
  readonly #key: Secret | undefined;
  readonly #client: UpstreamClient;

  /** @param options.url base URL of the server */
  constructor(options: { url: URL; key: Secret | undefined; deadlineMs?: number }) {
    const { url, key, deadlineMs = DEADLINE_MS } = options;
    this.#origin = url.origin;
    this.#key = key;
    this.#client = new UpstreamClient({
      service: 'Guildhall',
      baseUrl: url.href,
      connections: 1,
      deadlineMs,
      limits: LIMITS,
    });
  }

  async create({ name, email }: RandomUser): Promise<RemoteCreateResult> {
    const status = await this.#post(JSON.stringify({ email, name }));
    const result = RESULTS[status];
    if (result !== undefined) return result;
    if (status === 401 || status === 403) {
      throw new PortError('user-intake.refused', `${this.#origin} denies access: name its admin key with --key-file`);
    }
    if (status === 429) throw new PortError('user-intake.unavailable', `${this.#origin} answered 429`);
    throw new PortError('user-intake.refused', `${this.#origin} answered ${status}: is it a Guildhall server?`);
  }

  async #post(body: string): Promise<number> {
    try {
      const { status } = await this.#client.send({
        url: this.#client.url('users'),
        method: 'POST',
        headers: {
          accept: 'application/json, application/problem+json',
          'content-type': 'application/json',
          ...(this.#key === undefined ? {} : { authorization: `Bearer ${this.#key.reveal()}` }),
        },
        body,
      });
      return status;
    } catch (cause) {
      throw new PortError(
        'user-intake.unavailable',
        `${this.#origin} did not create the user: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}
