import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient } from '../upstream-client.ts';
import type { UpstreamAnswer } from '../upstream-exchange.ts';
import { nonsense } from '../upstream-fault.ts';
import { keysRefused, type TwitterAppToken, type TwitterSignature } from './twitter-keys.ts';
import { pageIn, problemIn, type TwitterFound, type TwitterPage, usersIn } from './twitter-responses.ts';

/** In whose name we ask: the app's, or the person's whose token is set. */
type As = 'app' | 'owner';

export type TwitterList = 'following' | 'followers';

/** An owner may change their name; until we ask again, a stranger may have taken the old one. Unit: ms. */
const OWNER_KNOWN_FOR_MS = 3_600_000;

/** The four questions that we put to the X API v2, and what its refusals mean. */
export class TwitterApi {
  readonly #client: UpstreamClient;
  readonly #quotas: RateLimitTracker;
  readonly #token: TwitterAppToken;
  readonly #signature: TwitterSignature | undefined;
  #owner: { name: CanonicalHandle; atMs: number } | undefined;

  constructor(deps: {
    client: UpstreamClient;
    quotas: RateLimitTracker;
    token: TwitterAppToken;
    signature: TwitterSignature | undefined;
  }) {
    this.#client = deps.client;
    this.#quotas = deps.quotas;
    this.#token = deps.token;
    this.#signature = deps.signature;
  }

  deadline(): AbortSignal {
    return this.#client.deadline();
  }

  /** Whose token is set; `undefined`: nobody's. */
  async owner(deadline: AbortSignal): Promise<CanonicalHandle | undefined> {
    if (this.#signature === undefined) return undefined;
    const nowMs = performance.now();
    if (this.#owner !== undefined && nowMs - this.#owner.atMs < OWNER_KNOWN_FOR_MS) return this.#owner.name;
    const json = await this.#ask('2/users/me', 'owner', 'users/me', deadline);
    const username = (json as { data?: { username?: unknown } } | null)?.data?.username;
    if (typeof username !== 'string') throw nonsense(this.#client.service, 'did not say who we are');
    const name = username.toLowerCase() as CanonicalHandle;
    this.#owner = { name, atMs: nowMs };
    return name;
  }

  /** Who they are and how much there is to read about them. One call, whatever the number of names. */
  lookUp(names: readonly CanonicalHandle[], deadline: AbortSignal) {
    return this.#lookUp(names, 'public_metrics,protected', 'app', deadline);
  }

  /** How somebody stands to the owner. */
  async standingOf(name: CanonicalHandle, deadline: AbortSignal): Promise<TwitterFound> {
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
    const json = await this.#ask(`2/users/${encodeURIComponent(id)}/${list}?${query}`, 'app', list, deadline);
    const read = pageIn(json);
    if (read === undefined) throw nonsense(this.#client.service, `sent no page of ${list}`);
    return read;
  }

  async #lookUp(names: readonly CanonicalHandle[], fields: string, as: As, deadline: AbortSignal) {
    // In one order, so that both directions of a question are the same question.
    const query = new URLSearchParams({ usernames: [...names].sort().join(','), 'user.fields': fields });
    const found = usersIn(await this.#ask(`2/users/by?${query}`, as, 'users/by', deadline), names);
    if (found === undefined) throw nonsense(this.#client.service, 'sent no users');
    return found;
  }

  async #ask(path: string, as: As, endpoint: string, deadline: AbortSignal): Promise<unknown> {
    const quota = `${as} ${endpoint}`;
    this.#quotas.mustHaveLeft(quota);
    let answer = await this.#send(path, as, deadline);
    if (answer.status === 401 && as === 'app' && this.#token.forget()) answer = await this.#send(path, as, deadline);
    this.#quotas.note(quota, answer);
    const { status, json } = answer;
    if (status === 200 || (status === 404 && endpoint === 'users/by')) return json;
    throw this.#refusal(answer, quota);
  }

  async #send(path: string, as: As, deadline: AbortSignal): Promise<UpstreamAnswer> {
    const url = this.#client.url(path);
    const isOwner = as === 'owner' && this.#signature !== undefined;
    const authorization = isOwner
      ? (this.#signature?.authorization('GET', url) ?? '')
      : await this.#token.authorization(deadline);
    return this.#client.ask({ url, headers: { accept: 'application/json', authorization }, as }, deadline);
  }

  /** By the status; the bodies have changed shape too often to be trusted. */
  #refusal(answer: UpstreamAnswer, quota: string): PortError {
    const { status, json } = answer;
    const { service } = this.#client;
    const problem = problemIn(json);
    if (status === 429) return this.#quotas.refuse(quota, answer);
    if (status === 402 || /credits|usage-capped/.test(problem)) {
      return new PortError('upstream.exhausted', `${service} answered ${status}: no credits left`, {
        messages: [`${service} answers no more: the account of this server is out of credit.`],
        retryAfterSeconds: 3600,
      });
    }
    if (status === 401) return keysRefused(service, status);
    if (status !== 403) return nonsense(service, `answered ${status} ${problem}`);
    return new PortError('upstream.refused', `${service} answered 403 ${problem}`, {
      messages: [`${service} does not let this server ask that.`],
      retryAfterSeconds: 3600,
    });
  }
}
