import type { FollowsAnswer } from '../../../../domain/developer-pair/evidence.ts';
import { type CanonicalHandle, Handle } from '../../../../domain/developer-pair/handle.ts';
import { canExistOn } from '../../../../domain/developer-pair/service.ts';
import type { FollowGraph } from '../../../../ports/follow-graph.ts';
import { PortError } from '../../../../ports/port-error.ts';
import { MutualFollowSearch } from './mutual-follow-search.ts';
import type { TwitterApi } from './twitter-api.ts';
import type { TwitterFound, TwitterUser } from './twitter-responses.ts';

const OWNER_PAUSE_MS = 60_000;

/** Follows on Twitter, by the X API v2. */
export class TwitterFollowGraph implements FollowGraph {
  readonly #api: TwitterApi;
  readonly #maxUsers: number;
  #ownerPausedUntilMs = 0;

  /** @param deps.maxUsers users of follow lists that one check may read; each costs about a cent */
  constructor(deps: { api: TwitterApi; maxUsers: number }) {
    this.#api = deps.api;
    this.#maxUsers = deps.maxUsers;
  }

  async followEachOther(one: Handle, other: Handle, isWorthPaying: () => Promise<boolean>): Promise<FollowsAnswer> {
    const both = [one, other].map((name) => Handle.canonical(name)) as [CanonicalHandle, CanonicalHandle];
    // One impossible name would fail the whole look-up, so it is not sent.
    const possible = [one, other].filter((name) => canExistOn('twitter', name)).map((name) => Handle.canonical(name));
    if (possible.length === 0) return unknown(both);
    const deadline = this.#api.deadline();

    const byOwner = possible.length === 2 ? await this.#tryOwner(both, deadline) : undefined;
    if (byOwner !== undefined) return byOwner;

    const impossible = both.filter((name) => !possible.includes(name));
    const found = await this.#api.lookUp(possible, deadline).catch((error: unknown) => {
      if (impossible.length > 0 && error instanceof PortError) return undefined;
      throw error;
    });
    if (found === undefined) return unknown(impossible);
    const missing = both.filter((name) => (found.get(name) ?? 'unknown') === 'unknown');
    if (missing.length > 0) return unknown(missing);
    const users = both.map((name) => found.get(name) as TwitterFound);
    const withheld = users.find((user) => typeof user === 'string');
    if (withheld !== undefined) return withheldAccount(withheld);
    if (!(await isWorthPaying())) return { kind: 'not-asked' };
    const search = new MutualFollowSearch({
      readPage: (list, id, page) => this.#api.readPage(list, id, page, deadline),
      maxUsers: this.#maxUsers,
    });
    const [a, b] = users as [TwitterUser, TwitterUser];
    return search.run(a, b);
  }

  /** The owner's token is an optimisation: where it cannot be used, the app answers, and the token is not tried for a while. */
  async #tryOwner(
    both: readonly [CanonicalHandle, CanonicalHandle],
    deadline: AbortSignal,
  ): Promise<FollowsAnswer | undefined> {
    if (performance.now() < this.#ownerPausedUntilMs) return undefined;
    try {
      return await this.#askOwner(both, deadline);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      this.#ownerPausedUntilMs = performance.now() + OWNER_PAUSE_MS;
      return undefined;
    }
  }

  /** Where one of the two owns our access token, one look-up of the other answers both directions. */
  async #askOwner(
    both: readonly [CanonicalHandle, CanonicalHandle],
    deadline: AbortSignal,
  ): Promise<FollowsAnswer | undefined> {
    const owner = await this.#api.owner(deadline);
    if (owner === undefined || !both.includes(owner)) return undefined;
    const other = both[0] === owner ? both[1] : both[0];
    const found = await this.#api.relationTo(other, deadline);
    if (found === 'unknown') return unknown([other]);
    if (typeof found === 'string') return withheldAccount(found);
    if (found.connections === undefined) return undefined;
    const isMutual = found.connections.includes('following') && found.connections.includes('followed_by');
    return { kind: isMutual ? 'yes' : 'no' };
  }
}

const unknown = (developers: readonly CanonicalHandle[]): FollowsAnswer => ({
  kind: 'unknown',
  developers: new Set(developers),
});

const withheldAccount = (why: Exclude<TwitterFound, TwitterUser>): FollowsAnswer => ({
  kind: 'inconclusive',
  reason:
    why === 'suspended'
      ? 'Twitter has suspended the account of one of these developers.'
      : 'Twitter does not show the account of one of these developers.',
});
