import { createHash } from 'node:crypto';
import type { components } from '@octokit/openapi-types';
import {
  type ReceivedRequest,
  type SimulatedResponse,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './simulator.ts';

type OrganisationSimple = components['schemas']['organization-simple'];
type BasicError = components['schemas']['basic-error'];

const VERSIONS = new Set(['2022-11-28', '2026-03-10']);
const WINDOW_SECONDS = 3_600;

export type GithubSimulator = Simulator & {
  /** Adds an account, or organisations that it shows publicly. */
  join(login: string, ...organisations: readonly string[]): void;
  leave(login: string, organisation: string): void;
  /** Remaining requests of this window. */
  remaining: number;
  /** End of the window. Epoch seconds. */
  resetsAt: number;
};

/**
 * The part of GitHub's REST API that we use: public organisations, with pages, ETags and a rate limit. Accepts one token.
 * @param options.pageSize maximum page size
 */
export const startGithubSimulator = async (
  members: Readonly<Record<string, readonly string[]>> = {},
  options: SimulatorOptions & { token?: string; limit?: number; pageSize?: number } = {},
): Promise<GithubSimulator> => {
  const { token, pageSize = 100 } = options;
  const accounts = new Map<string, { id: number; organisations: string[] }>();
  const limit = options.limit ?? (token === undefined ? 60 : 5_000);

  const respond = (request: ReceivedRequest): SimulatedResponse => {
    const { url, headers } = request;
    const authorization = headers.authorization;
    if (headers['user-agent'] === undefined) return errorResponse(403, 'Request forbidden by administrative rules.');
    const version = headers['x-github-api-version'];
    if (version !== undefined && !VERSIONS.has(String(version))) return errorResponse(400, 'Not a supported version');
    if (authorization !== undefined && authorization.replace(/^(Bearer|token) /, '') !== token) {
      return errorResponse(401, 'Bad credentials');
    }
    if (simulator.remaining <= 0) {
      const message = `API rate limit exceeded for ${authorization === undefined ? '127.0.0.1' : 'user ID 1'}.`;
      return withRateLimit(errorResponse(403, message));
    }
    const response = organisations(url, authorization !== undefined);
    const isUnchanged = response.headers?.etag !== undefined && response.headers.etag === headers['if-none-match'];
    // Only with a token a 304 costs nothing.
    if (!isUnchanged || authorization === undefined) simulator.remaining -= 1;
    return withRateLimit(isUnchanged ? { status: 304, headers: response.headers ?? {} } : response);
  };

  const withRateLimit = (response: SimulatedResponse): SimulatedResponse => ({
    ...response,
    headers: {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(simulator.remaining),
      'x-ratelimit-used': String(limit - simulator.remaining),
      'x-ratelimit-reset': String(simulator.resetsAt),
      'x-ratelimit-resource': 'core',
      ...response.headers,
    },
  });

  const organisations = (url: URL, isAuthenticated: boolean): SimulatedResponse => {
    const account = accountIn(url.pathname);
    if (account === undefined) return errorResponse(404, 'Not Found');
    const size = Math.min(pageSize, Number(url.searchParams.get('per_page') ?? 30));
    const page = Number(url.searchParams.get('page') ?? 1);
    const all = account.organisations;
    const json = all.slice((page - 1) * size, page * size).map((login) => organisation(login, simulator.baseUrl));
    const tag = createHash('sha256')
      .update(JSON.stringify([json, all.length]))
      .digest('hex')
      .slice(0, 32);
    // Like GitHub: links to the next page have the numeric id.
    const at = (n: number) => `${simulator.baseUrl}/user/${account.id}/orgs?per_page=${size}&page=${n}`;
    const last = Math.ceil(all.length / size);
    return {
      status: 200,
      json,
      headers: {
        etag: `W/"${tag}"`,
        vary: isAuthenticated ? 'Accept, Authorization, Cookie, X-GitHub-OTP' : 'Accept',
        'cache-control': `${isAuthenticated ? 'private' : 'public'}, max-age=60, s-maxage=60`,
        ...(page < last ? { link: `<${at(page + 1)}>; rel="next", <${at(last)}>; rel="last"` } : {}),
      },
    };
  };

  const accountIn = (path: string) => {
    const [, name] = /^\/users\/([^/]+)\/orgs$/.exec(path) ?? [];
    if (name !== undefined) return accounts.get(decodeURIComponent(name).toLowerCase());
    const [, id] = /^\/user\/(\d+)\/orgs$/.exec(path) ?? [];
    return [...accounts.values()].find((account) => account.id === Number(id));
  };

  const simulator = Object.assign(await startSimulator(respond, options), {
    join(login: string, ...joined: readonly string[]) {
      const account = accounts.get(login.toLowerCase()) ?? { id: 1_000 + accounts.size, organisations: [] };
      account.organisations.push(...joined);
      accounts.set(login.toLowerCase(), account);
    },
    leave(login: string, left: string) {
      const account = accounts.get(login.toLowerCase());
      if (account !== undefined) account.organisations = account.organisations.filter((name) => name !== left);
    },
    remaining: limit,
    resetsAt: Math.floor(Date.now() / 1000) + WINDOW_SECONDS,
  });
  for (const [login, joined] of Object.entries(members)) simulator.join(login, ...joined);
  return simulator;
};

const organisation = (login: string, baseUrl: string): OrganisationSimple => {
  const url = `${baseUrl}/orgs/${login}`;
  return {
    login,
    id: 100_000 + login.length,
    node_id: Buffer.from(`12:Organization${login.length}`).toString('base64'),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: 'https://avatars.example.com/u/1?v=4',
    description: null,
  };
};

const errorResponse = (status: number, message: string): SimulatedResponse => {
  const json: BasicError = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { status, json };
};
