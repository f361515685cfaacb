import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient, UpstreamResponse } from '../upstream-client.ts';
import { invalidResponse, requestRejected } from '../upstream-errors.ts';
import { credentialsRejected, type TwitterAppToken, type TwitterSignature } from './twitter-keys.ts';
import { pageIn, problemIn, type TwitterFound, type TwitterPage, usersIn } from './twitter-responses.ts';

/** Credentials of a request: the app's, or those of the owner of the access token. */
type As = 'app' | 'owner';

export type TwitterList = 'following' | 'followers';

/** Time until the owner's name is read again: it may change, and another account may take the old one. */
const OWNER_TTL_MS = 3_600_000;

/** The four requests that we send to the X API v2, and the meaning of its errors. */
export class TwitterApi {
  readonly #client: UpstreamClient;
  readonly #rateLimits: RateLimitTracker;
  readonly #token: TwitterAppToken;
  readonly #signature: TwitterSignature | undefined;
  #owner: { name: CanonicalHandle; atMs: number } | undefined;

  constructor(deps: {
    client: UpstreamClient;
    rateLimits: RateLimitTracker;
    token: TwitterAppToken;
    signature: TwitterSignature | undefined;
  }) {
    this.#client = deps.client;
    this.#rateLimits = deps.rateLimits;
    this.#token = deps.token;
    this.#signature = deps.signature;
  }

  deadline(): AbortSignal {
    return this.#client.deadline();
  }

  /** Owner of the access token; `undefined`: no access token is configured. */
  async owner(deadline: AbortSignal): Promise<CanonicalHandle | undefined> {
    if (this.#signature === undefined) return undefined;
    const nowMs = performance.now();
    if (this.#owner !== undefined && nowMs - this.#owner.atMs < OWNER_TTL_MS) return this.#owner.name;
    const json = await this.#get('2/users/me', 'owner', 'users/me', deadline);
    const username = (json as { data?: { username?: unknown } } | null)?.data?.username;
    if (typeof username !== 'string')
      throw invalidResponse(this.#client.service, 'did not name the authenticated user');
    const name = username.toLowerCase() as CanonicalHandle;
    this.#owner = { name, atMs: nowMs };
    return name;
  }

  /** Ids, follow counts and visibility. One request, whatever the number of names. */
  lookUp(names: readonly CanonicalHandle[], deadline: AbortSignal) {
    return this.#lookUp(names, 'public_metrics,protected', 'app', deadline);
  }

  async relationTo(name: CanonicalHandle, deadline: AbortSignal): Promise<TwitterFound> {
    const found = await this.#lookUp([name], 'connection_status,public_metrics,protected', 'owner', deadline);
    return found.get(name) ?? 'hidden';
  }

  /** @param page.size 1 to 1000; each user on it costs */
  async readPage(
    list: TwitterList,
    id: string,
    page: { size: number; token: string | undefined },
    deadline: AbortSignal,
  ): Promise<TwitterPage | 'hidden'> {
    const query = new URLSearchParams({ max_results: String(page.size) });
    if (page.token !== undefined) query.set('pagination_token', page.token);
    const json = await this.#get(`2/users/${encodeURIComponent(id)}/${list}?${query}`, 'app', list, deadline);
    const read = pageIn(json);
    if (read === undefined) throw invalidResponse(this.#client.service, `sent no page of ${list}`);
    return read;
  }

  async #lookUp(names: readonly CanonicalHandle[], fields: string, as: As, deadline: AbortSignal) {
    // Sorted, so that both orders of a pair share one request.
    const query = new URLSearchParams({ usernames: [...names].sort().join(','), 'user.fields': fields });
    const found = usersIn(await this.#get(`2/users/by?${query}`, as, 'users/by', deadline), names);
    if (found === undefined) throw invalidResponse(this.#client.service, 'sent no users');
    return found;
  }

  async #get(path: string, as: As, endpoint: string, deadline: AbortSignal): Promise<unknown> {
    const quota = `${as} ${endpoint}`;
    this.#rateLimits.assertAllowed(quota);
    let response = await this.#send(path, as, deadline);
    if (response.status === 401 && as === 'app' && this.#token.forget())
      response = await this.#send(path, as, deadline);
    this.#rateLimits.update(quota, response);
    const { status, json } = response;
    if (status === 200 || (status === 404 && endpoint === 'users/by')) return json;
    throw this.#errorFrom(response, quota);
  }

  async #send(path: string, as: As, deadline: AbortSignal): Promise<UpstreamResponse> {
    const url = this.#client.url(path);
    const isOwner = as === 'owner' && this.#signature !== undefined;
    const authorization = isOwner
      ? (this.#signature?.authorization('GET', url) ?? '')
      : await this.#token.authorization(deadline);
    const request = { url, headers: { accept: 'application/json', authorization }, shareAs: as };
    return this.#client.send(request, deadline);
  }

  /** Decided by the status, because the bodies have changed often. */
  #errorFrom(response: UpstreamResponse, quota: string): PortError {
    const { status, json } = response;
    const { service } = this.#client;
    const problem = problemIn(json);
    if (status === 429) return this.#rateLimits.block(quota, response);
    if (status === 402 || /credits|usage-capped/.test(problem)) {
      return new PortError('upstream.exhausted', `${service} answered ${status}: no credits left`, {
        messages: [`${service} reports that the account of this server is out of credit.`],
        retryAfterSeconds: 3600,
      });
    }
    if (status === 401) return credentialsRejected(service, status);
    if (status !== 403) return invalidResponse(service, `answered ${status} ${problem}`);
    return requestRejected(service, `${service} answered 403 ${problem}`, 'denies this request');
  }
}
