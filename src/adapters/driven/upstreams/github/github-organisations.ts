import LinkHeader from 'http-link-header';
import type { OrganisationsAnswer } from '../../../../domain/developer-pair/evidence.ts';
import { Handle } from '../../../../domain/developer-pair/handle.ts';
import { canExistOn } from '../../../../domain/developer-pair/service.ts';
import type { Secret } from '../../../../domain/shared/secret.ts';
import type { OrganisationDirectory } from '../../../../ports/organisation-directory.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import type { RateLimitTracker } from '../rate-limit-tracker.ts';
import type { UpstreamClient, UpstreamResponse } from '../upstream-client.ts';
import { invalidResponse, requestRejected } from '../upstream-errors.ts';

/** Beyond a thousand organisations the list is taken for one without an end. */
const MAX_PAGES = 10;

/** GitHub redirects the name of a renamed account to its id. */
const REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;

/** Maximum number of cached pages; the least recently used goes first. */
const MAX_CACHED_PAGES = 1_000;

/** GitHub's have 67 characters. */
const MAX_ETAG_LENGTH = 200;

/** All requests count against one quota. */
const QUOTA = 'core';

type Page = Readonly<{ logins: readonly string[]; next: URL | undefined }>;

/** Public memberships on GitHub. A token shows no others; it raises the rate limit. */
export class GithubOrganisations implements OrganisationDirectory {
  readonly #client: UpstreamClient;
  readonly #rateLimits: RateLimitTracker;
  readonly #token: Secret | undefined;
  readonly #cache = new Map<string, { etag: string; page: Page }>();

  constructor(deps: { client: UpstreamClient; rateLimits: RateLimitTracker; token: Secret | undefined }) {
    this.#client = deps.client;
    this.#rateLimits = deps.rateLimits;
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
      if (seen.size === MAX_PAGES || seen.has(next.href)) return tooMany(developer);
      seen.add(next.href);
      const page: Page | undefined = await this.#read(next, deadline);
      if (page === undefined && seen.size === 1) return { kind: 'unknown' };
      if (page === undefined) throw invalidResponse(this.#client.service, 'links to a page that does not exist');
      for (const login of page.logins) names.add(login);
      next = page.next;
    }
    return { kind: 'organisations', names };
  }

  /** @returns `undefined`: GitHub does not know the user */
  async #read(url: URL, deadline: AbortSignal, redirects = 0): Promise<Page | undefined> {
    this.#rateLimits.assertAllowed(QUOTA);
    const cached = this.#cached(url.href);
    const request = { url, headers: this.#headers(cached?.etag), shareAs: QUOTA };
    const response = await this.#client.send(request, deadline);
    this.#rateLimits.update(QUOTA, response);
    const { status } = response;
    if (status === 304 && cached !== undefined) return cached.page;
    if (status === 404) return undefined;
    if (REDIRECTS.has(status) && response.headers.location !== undefined && redirects < MAX_REDIRECTS) {
      return this.#read(this.#client.linked(response.headers.location, url), deadline, redirects + 1);
    }
    if (status !== 200) throw this.#errorFrom(response);
    const page = this.#pageIn(response, url);
    this.#store(url.href, response, page);
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

  #pageIn({ json, headers }: UpstreamResponse, url: URL): Page {
    if (!isOrganisations(json)) throw invalidResponse(this.#client.service, 'sent no list of organisations');
    const next = nextIn([headers.link ?? ''].flat().join(', '));
    return {
      logins: json.map(({ login }) => login),
      next: next === undefined ? undefined : this.#client.linked(next, url),
    };
  }

  /** 403 reports an exceeded rate limit as well as a missing permission. */
  #errorFrom(response: UpstreamResponse): PortError {
    const { status, headers, json } = response;
    const message = String((json as { message?: unknown } | undefined)?.message ?? '');
    const isRateLimited =
      headers['retry-after'] !== undefined ||
      headers['x-ratelimit-remaining'] === '0' ||
      /rate limit|abuse detection/i.test(message);
    if (status === 429 || (status === 403 && isRateLimited)) return this.#rateLimits.block(QUOTA, response);
    const { service } = this.#client;
    if (status !== 401 && status !== 403) return invalidResponse(service, `answered ${status}`);
    const details = `${service} answered ${status}: ${message.slice(0, 200)}`;
    return requestRejected(service, details, 'denies access to this server');
  }

  #cached(href: string): { etag: string; page: Page } | undefined {
    const cached = this.#cache.get(href);
    if (cached === undefined) return undefined;
    this.#cache.delete(href);
    this.#cache.set(href, cached);
    return cached;
  }

  #store(href: string, { headers: { etag } }: UpstreamResponse, page: Page): void {
    // An anonymous 304 costs as much as a 200, so without a token an ETag saves nothing.
    if (this.#token === undefined || etag === undefined || etag.length > MAX_ETAG_LENGTH) return;
    this.#cache.set(href, { etag, page });
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED_PAGES && oldest !== undefined) this.#cache.delete(oldest);
  }
}

const tooMany = (developer: Handle): OrganisationsAnswer => ({
  kind: 'inconclusive',
  reason: `GitHub lists more organisations of ${developer} than this server reads.`,
});

const isOrganisations = (json: unknown): json is { login: string }[] =>
  Array.isArray(json) && json.every((item: { login?: unknown } | null) => typeof item?.login === 'string');

/** An unreadable header is an error: taking the page for the last would be a guess. */
const nextIn = (header: string): string | undefined => {
  if (header === '') return undefined;
  try {
    return LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch (cause) {
    throw invalidResponse('GitHub', 'sent a Link header that cannot be parsed', cause);
  }
};
