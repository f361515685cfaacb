import type { FollowsAnswer } from '../../../../domain/developer-pair/evidence.ts';
import type { TwitterList } from './twitter-api.ts';
import type { TwitterPage, TwitterUser } from './twitter-responses.ts';

/** Maximum page size of the API. */
const PAGE_SIZE = 1_000;

/** Page size for the part of a list that exceeds the reported count. */
const EXTRA_PAGE_SIZE = 100;

/** Cost of a list whose length is not reported: it is read last, within the budget. */
const UNKNOWN_COST = Number.POSITIVE_INFINITY;

/** Beyond this a list is taken for one without an end. */
const MAX_PAGES = 50;

/** Every user that is read is billed. */
export type ReadPage = (
  list: TwitterList,
  id: string,
  page: { size: number; token: string | undefined },
) => Promise<TwitterPage | 'hidden'>;

/** A list that shows whether one user follows the other. */
type Path = Readonly<{ list: TwitterList; of: TwitterUser; target: TwitterUser; cost: number }>;

type Direction = 'yes' | 'no' | Readonly<{ reason: string }>;

/**
 * Determines at the lowest cost whether two users follow each other. The API has no such request, only lists that are
 * billed by the user: so of the two lists that contain the answer the shorter is read, the cheaper direction first, and
 * reading stops at the first "no" or hit.
 */
export class MutualFollowSearch {
  readonly #readPage: ReadPage;
  readonly #maxUsers: number;
  #usersRead = 0;
  #pagesRead = 0;

  /** @param options.maxUsers budget of the search */
  constructor(options: { readPage: ReadPage; maxUsers: number }) {
    this.#readPage = options.readPage;
    this.#maxUsers = options.maxUsers;
  }

  /** To be called once. */
  async run(a: TwitterUser, b: TwitterUser): Promise<FollowsAnswer> {
    const directions = [pathsFor(a, b), pathsFor(b, a)].sort((a, b) => costOf(a) - costOf(b));
    let reason: string | undefined;
    for (const paths of directions) {
      const direction = await this.#evaluate(paths);
      if (direction === 'no') return { kind: 'no' };
      if (direction !== 'yes') reason ??= direction.reason;
    }
    return reason === undefined ? { kind: 'yes' } : { kind: 'inconclusive', reason };
  }

  async #evaluate(paths: readonly Path[]): Promise<Direction> {
    let reason = 'Twitter does not show the follow lists of protected accounts.';
    for (const path of paths) {
      if (path.cost === 0) return 'no';
      if (path.cost !== UNKNOWN_COST && path.cost > this.#maxUsers - this.#usersRead) return TOO_LONG;
      const direction = await this.#scan(path);
      if (typeof direction === 'string') return direction;
      reason = direction.reason;
    }
    return { reason };
  }

  async #scan({ list, of, target, cost }: Path): Promise<Direction> {
    const tokens = new Set<string>();
    let token: string | undefined;
    let remaining = cost;
    let isWithheld = false;
    do {
      const affordable = this.#maxUsers - this.#usersRead;
      if (affordable <= 0) return TOO_LONG;
      if (this.#pagesRead === MAX_PAGES) return ENDLESS;
      this.#pagesRead += 1;
      const size = Math.min(PAGE_SIZE, affordable, remaining > 0 ? remaining : EXTRA_PAGE_SIZE);
      const page = await this.#readPage(list, of.id, { size, token });
      if (page === 'hidden') return HIDDEN;
      this.#usersRead += page.ids.length;
      if (page.ids.includes(target.id)) return 'yes';
      isWithheld ||= page.withheld.some((user) => ['', target.id, target.name, of.id, of.name].includes(user));
      remaining -= page.ids.length;
      token = page.token;
      if (token !== undefined && tokens.has(token)) return ENDLESS;
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return isWithheld ? HIDDEN : 'no';
  }
}

const HIDDEN: Direction = { reason: 'Twitter does not show the follow lists of these developers in full.' };

const TOO_LONG: Direction = {
  reason: 'The follow lists of these developers on Twitter are longer than this server may read.',
};

const ENDLESS: Direction = { reason: 'Twitter sent a follow list without an end.' };

/** The cheapest first. The lists of a protected account are hidden, its counts are public. */
const pathsFor = (from: TwitterUser, to: TwitterUser): readonly Path[] => {
  const paths: Path[] = [
    { list: 'following', of: from, target: to, cost: from.following ?? UNKNOWN_COST },
    { list: 'followers', of: to, target: from, cost: to.followers ?? UNKNOWN_COST },
  ];
  return paths.sort((a, b) => a.cost - b.cost).filter(({ of, cost }) => cost === 0 || !of.isProtected);
};

const costOf = ([cheapest]: readonly Path[]): number => cheapest?.cost ?? Number.POSITIVE_INFINITY;
