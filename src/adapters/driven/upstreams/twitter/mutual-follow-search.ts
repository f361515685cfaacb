import type { FollowsAnswer } from '../../../../domain/developer-pair/evidence.ts';
import type { TwitterList } from './twitter-api.ts';
import type { TwitterPage, TwitterUser } from './twitter-responses.ts';

/** Largest page there is. */
const PAGE = 1_000;

/** Where a list turns out longer than its owner's count said, it goes on in steps of this. */
const EXTRA = 100;

/** A list whose length is not told is the last one to be read, as far as the money goes. */
const UNTOLD = Number.POSITIVE_INFINITY;

/** Lists of a thousand users a page end long before; one that does not is not to be trusted. */
const MOST_PAGES = 50;

/** Each user that is read costs. */
export type ReadPage = (
  list: TwitterList,
  id: string,
  page: { size: number; token: string | undefined },
) => Promise<TwitterPage | 'hidden'>;

/** A list that would tell whether one follows the other. */
type Way = Readonly<{ list: TwitterList; of: TwitterUser; seek: string; cost: number }>;

type Direction = 'yes' | 'no' | Readonly<{ because: string }>;

/**
 * Finds out whether two follow each other for as little as possible. There is no such question in the API, only lists
 * that are paid by the user: so of two lists that know the answer the shorter is read, the cheaper direction first, and
 * nothing more once one "no" or a hit has settled it.
 */
export class MutualFollowSearch {
  readonly #readPage: ReadPage;
  readonly #mostUsers: number;
  #usersRead = 0;
  #pagesRead = 0;

  /** @param options.mostUsers that one search may read */
  constructor(options: { readPage: ReadPage; mostUsers: number }) {
    this.#readPage = options.readPage;
    this.#mostUsers = options.mostUsers;
  }

  /** Once per search. */
  async run(one: TwitterUser, other: TwitterUser): Promise<FollowsAnswer> {
    const directions = [this.#waysToTell(one, other), this.#waysToTell(other, one)];
    directions.sort((a, b) => costOf(a) - costOf(b));
    let doubt: string | undefined;
    for (const ways of directions) {
      const direction = await this.#follow(ways);
      if (direction === 'no') return { kind: 'no' };
      if (direction !== 'yes') doubt ??= direction.because;
    }
    return doubt === undefined ? { kind: 'yes' } : { kind: 'cannot-tell', reason: doubt };
  }

  /** The cheapest first. What a protected account follows is shown to its friends alone, its counts to everybody. */
  #waysToTell(from: TwitterUser, to: TwitterUser): readonly Way[] {
    const ways: readonly Way[] = [
      { list: 'following', of: from, seek: to.id, cost: from.following ?? UNTOLD },
      { list: 'followers', of: to, seek: from.id, cost: to.followers ?? UNTOLD },
    ];
    const byCost = [...ways].sort((a, b) => a.cost - b.cost);
    return byCost.filter(({ of, cost }) => cost === 0 || !of.isProtected);
  }

  async #follow(ways: readonly Way[]): Promise<Direction> {
    let doubt = 'Twitter does not show whom protected accounts follow, or who follows them.';
    for (const way of ways) {
      if (way.cost === 0) return 'no';
      if (way.cost !== UNTOLD && way.cost > this.#mostUsers - this.#usersRead) return TOO_LONG;
      const direction = await this.#scan(way);
      if (typeof direction === 'string') return direction;
      doubt = direction.because;
    }
    return { because: doubt };
  }

  async #scan({ list, of, seek, cost }: Way): Promise<Direction> {
    const tokens = new Set<string>();
    let token: string | undefined;
    let left = cost;
    do {
      const affordable = this.#mostUsers - this.#usersRead;
      if (affordable <= 0) return TOO_LONG;
      if (this.#pagesRead === MOST_PAGES) return ENDLESS;
      this.#pagesRead += 1;
      const size = Math.min(PAGE, affordable, left > 0 ? left : EXTRA);
      const page = await this.#readPage(list, of.id, { size, token });
      if (page === 'hidden') return { because: 'Twitter does not show us a list of these developers.' };
      this.#usersRead += page.ids.length;
      if (page.ids.includes(seek)) return 'yes';
      left -= page.ids.length;
      token = page.token;
      if (token !== undefined && tokens.has(token)) return ENDLESS;
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return 'no';
  }
}

const TOO_LONG: Direction = {
  because: 'Twitter has longer lists of these developers than this server may read.',
};

const ENDLESS: Direction = { because: 'Twitter has a list of these developers that does not end.' };

const costOf = ([cheapest]: readonly Way[]): number => cheapest?.cost ?? Number.POSITIVE_INFINITY;
