import LinkHeader from 'http-link-header';
import type { OrganisationsAnswer } from '../../../../domain/developer-pair/evidence.ts';
import { Handle } from '../../../../domain/developer-pair/handle.ts';
import { canExistOn } from '../../../../domain/developer-pair/network.ts';
import type { Secret } from '../../../../domain/shared/secret.ts';
import type { OrganisationDirectory } from '../../../../ports/organisation-directory.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient } from '../upstream-client.ts';
import type { UpstreamAnswer } from '../upstream-exchange.ts';
import { nonsense } from '../upstream-fault.ts';

/** Nobody shows a thousand organisations; a list that does not end is no list. */
const MOST_PAGES = 10;

/** Pages whose ETag we keep, the last ones used. */
const KEPT_PAGES = 1_000;

/** Theirs has 67 characters. */
const LONGEST_ETAG = 200;

/** All calls of ours come out of one purse. */
const QUOTA = 'core';

type Page = Readonly<{ logins: readonly string[]; next: URL | undefined }>;

/** Public memberships, as GitHub shows them to everybody: a token sees no more, it may only ask more often. */
export class GithubOrganisations implements OrganisationDirectory {
  readonly #client: UpstreamClient;
  readonly #quotas: RateLimitTracker;
  readonly #token: Secret | undefined;
  readonly #kept = new Map<string, { etag: string; page: Page }>();

  constructor(deps: { client: UpstreamClient; quotas: RateLimitTracker; token: Secret | undefined }) {
    this.#client = deps.client;
    this.#quotas = deps.quotas;
    this.#token = deps.token;
  }

  async organisationsOf(developer: Handle): Promise<OrganisationsAnswer> {
    if (!canExistOn('github', developer)) return { kind: 'unknown' };
    const deadline = this.#client.deadline();
    const names = new Set<string>();
    const seen = new Set<string>();
    const name = encodeURIComponent(Handle.canonical(developer));
    let next: URL | undefined = this.#client.url(`users/${name}/orgs?per_page=100`);
    while (next !== undefined) {
      if (seen.size === MOST_PAGES || seen.has(next.href)) return endless(developer);
      seen.add(next.href);
      const page: Page | undefined = await this.#read(next, deadline);
      if (page === undefined && seen.size === 1) return { kind: 'unknown' };
      if (page === undefined) throw nonsense(this.#client.service, 'pointed to a page that is not there');
      for (const login of page.logins) names.add(login);
      next = page.next;
    }
    return { kind: 'organisations', names };
  }

  /** @returns `undefined`: nobody there */
  async #read(url: URL, deadline: AbortSignal): Promise<Page | undefined> {
    this.#quotas.mustHaveLeft(QUOTA);
    const kept = this.#recall(url.href);
    const answer = await this.#client.ask({ url, headers: this.#headers(kept?.etag), as: QUOTA }, deadline);
    this.#quotas.note(QUOTA, answer);
    const { status } = answer;
    if (status === 304 && kept !== undefined) return kept.page;
    if (status === 404) return undefined;
    if (status !== 200) throw this.#refusal(answer);
    const page = this.#pageIn(answer, url);
    this.#keep(url.href, answer, page);
    return page;
  }

  #headers(etag: string | undefined): Record<string, string> {
    return {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2026-03-10',
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token.reveal()}` }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    };
  }

  #pageIn({ json, headers }: UpstreamAnswer, url: URL): Page {
    if (!isOrganisations(json)) throw nonsense(this.#client.service, 'sent no list of organisations');
    const next = nextIn([headers.link ?? ''].flat().join(', '));
    return {
      logins: json.map(({ login }) => login),
      next: next === undefined ? undefined : this.#client.linked(next, url),
    };
  }

  /** 403 means "too many" as well as "you may not"; only the small print tells which. */
  #refusal(answer: UpstreamAnswer): PortError {
    const { status, headers, json } = answer;
    const message = String((json as { message?: unknown } | undefined)?.message ?? '');
    const isAboutRate =
      headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message);
    if (status === 429 || (status === 403 && isAboutRate)) return this.#quotas.refuse(QUOTA, answer);
    const { service } = this.#client;
    if (status !== 401 && status !== 403) return nonsense(service, `answered ${status}`);
    return new PortError('upstream.refused', `${service} answered ${status}: ${message.slice(0, 200)}`, {
      messages: [`${service} refuses to answer this server.`],
      retryAfterSeconds: 3600,
    });
  }

  #recall(href: string): { etag: string; page: Page } | undefined {
    const kept = this.#kept.get(href);
    if (kept === undefined) return undefined;
    this.#kept.delete(href);
    this.#kept.set(href, kept);
    return kept;
  }

  #keep(href: string, { headers: { etag } }: UpstreamAnswer, page: Page): void {
    // An anonymous 304 costs as much as a 200, so without a token there is nothing to be saved.
    if (this.#token === undefined || etag === undefined || etag.length > LONGEST_ETAG) return;
    this.#kept.set(href, { etag, page });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_PAGES && oldest !== undefined) this.#kept.delete(oldest);
  }
}

const endless = (developer: Handle): OrganisationsAnswer => ({
  kind: 'cannot-tell',
  reason: `GitHub lists more organisations of ${developer} than anybody can read.`,
});

const isOrganisations = (json: unknown): json is { login: string }[] =>
  Array.isArray(json) && json.every((item: { login?: unknown } | null) => typeof item?.login === 'string');

/** A header that cannot be read has no next page to offer; taking it for the last would be a guess, so it is refused. */
const nextIn = (header: string): string | undefined => {
  if (header === '') return undefined;
  try {
    return LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch (cause) {
    throw nonsense('GitHub', 'sent a Link header that cannot be read', cause);
  }
};
