import {
  type ReceivedRequest,
  type SimulatedResponse,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './simulator.ts';
import { absence, invalid, notAuthorized, PROBLEMS, problem } from './twitter-problems.ts';
import { signerOf } from './twitter-signatures.ts';

const WINDOW_SECONDS = 900;
const NAME = /^[A-Za-z0-9_]{1,15}$/;

type Account = { id: string; username: string; follows: Set<string>; isProtected: boolean; isSuspended: boolean };

export type TwitterSimulator = Simulator & {
  /** Adds an account that follows none. */
  join(username: string): void;
  /** In that order, newest last. Adds the accounts where needed. */
  follow(from: string, ...to: readonly string[]): void;
  unfollow(from: string, to: string): void;
  protect(username: string): void;
  suspend(username: string): void;
  /** Users sent, which cost a cent each. */
  usersSent: number;
  /** Remaining requests of an endpoint in this window; missing: the documented number. */
  readonly remaining: Map<string, number>;
  /** End of all windows. Epoch seconds. */
  resetsAt: number;
  /** The only valid bearer token. */
  bearer: string;
  /** Maximum page size. */
  pageSize: number;
};

export const TWITTER_KEYS = { key: 'simulated-key', secret: 'simulated:secret/+' };
export const TWITTER_OWNER_KEYS = { token: '1000-simulated-token', tokenSecret: 'simulated token secret' };

/**
 * The part of the X API v2 that we use, with its partial errors, rate limits and prices.
 * @param options.owner username of the owner of the access token
 */
export const startTwitterSimulator = async (
  follows: Readonly<Record<string, readonly string[]>> = {},
  options: SimulatorOptions & { owner?: string } = {},
): Promise<TwitterSimulator> => {
  const accounts = new Map<string, Account>();

  const respond = (request: ReceivedRequest): SimulatedResponse => {
    if (request.url.pathname === '/oauth2/token') return token(request);
    const caller = callerOf(request);
    if (caller === undefined) return problem(401, 'Unauthorized', 'Unauthorized', 'about:blank');
    const [endpoint, answer] = route(request, caller);
    const remaining = (simulator.remaining.get(endpoint) ?? 300) - 1;
    simulator.remaining.set(endpoint, Math.max(remaining, 0));
    const headers = {
      'x-rate-limit-limit': '300',
      'x-rate-limit-remaining': String(Math.max(remaining, 0)),
      'x-rate-limit-reset': String(simulator.resetsAt),
      'cache-control': 'no-cache, no-store, max-age=0',
      'api-version': '2.167',
    };
    if (remaining < 0) return { ...problem(429, 'Too Many Requests', 'Too Many Requests', 'about:blank'), headers };
    const response = answer();
    simulator.usersSent += [((response.json ?? {}) as { data?: unknown }).data ?? []].flat().length;
    return { ...response, headers };
  };

  const callerOf = ({ headers: { authorization = '' }, method, url }: ReceivedRequest): 'app' | Account | undefined => {
    if (authorization === `Bearer ${simulator.bearer}`) return 'app';
    const consumer = { ...TWITTER_KEYS, ...TWITTER_OWNER_KEYS };
    return signerOf({ authorization, method, url }, consumer) ? accounts.get(options.owner ?? '') : undefined;
  };

  const token = ({ headers, body, method }: ReceivedRequest): SimulatedResponse => {
    const parts = [TWITTER_KEYS.key, TWITTER_KEYS.secret].map(encodeURIComponent).join(':');
    const isRight = headers.authorization === `Basic ${Buffer.from(parts).toString('base64')}`;
    if (method === 'POST' && isRight && body === 'grant_type=client_credentials') {
      return { status: 200, json: { token_type: 'bearer', access_token: simulator.bearer } };
    }
    const error = { code: 99, label: 'authenticity_token_error', message: 'Unable to verify your credentials' };
    return { status: 403, json: { errors: [error] } };
  };

  const route = (
    { url }: ReceivedRequest,
    caller: 'app' | Account,
  ): [endpoint: string, answer: () => SimulatedResponse] => {
    const [, id = '', list = ''] = /^\/2\/users\/(\d{1,19})\/(following|followers)$/.exec(url.pathname) ?? [];
    if (url.pathname === '/2/users/by') return ['users/by', () => usersBy(url, caller)];
    if (url.pathname === '/2/users/me' && caller !== 'app') {
      return ['users/me', () => ({ status: 200, json: { data: shown(caller, url, caller) } })];
    }
    if (list !== '') return [list, () => page(id, list, url)];
    return [
      'unknown',
      () => problem(403, 'Unsupported Authentication', 'No.', `${PROBLEMS}/unsupported-authentication`),
    ];
  };

  const usersBy = (url: URL, caller: 'app' | Account): SimulatedResponse => {
    const raw = url.searchParams.get('usernames') ?? '';
    const bad = raw.split(',').find((name) => !NAME.test(name));
    if (bad !== undefined) return invalid('usernames', raw, bad);
    const names = raw.split(',');
    const found = names.map((name) => accounts.get(name.toLowerCase()));
    const data = found.flatMap((account) => (account && !account.isSuspended ? [shown(account, url, caller)] : []));
    const errors = names.flatMap((name, at) => absence(name, found[at]));
    return {
      status: 200,
      json: { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) },
    };
  };

  const shown = (account: Account, url: URL, caller: 'app' | Account) => {
    const fields = (url.searchParams.get('user.fields') ?? '').split(',');
    const { id, username, follows: list, isProtected } = account;
    const metrics = { followers_count: followersOf(id).length, following_count: list.size };
    const connections =
      caller === 'app'
        ? []
        : [...(caller.follows.has(id) ? ['following'] : []), ...(list.has(caller.id) ? ['followed_by'] : [])];
    return {
      id,
      name: `The real ${username}`,
      username,
      ...(fields.includes('protected') ? { protected: isProtected } : {}),
      ...(fields.includes('public_metrics') ? { public_metrics: { ...metrics, tweet_count: 1, listed_count: 0 } } : {}),
      ...(fields.includes('connection_status') && caller !== 'app' ? { connection_status: connections } : {}),
    };
  };

  const page = (id: string, list: string, url: URL): SimulatedResponse => {
    const account = [...accounts.values()].find((candidate) => candidate.id === id);
    if (account === undefined) return problem(404, 'Not Found Error', 'No user.', `${PROBLEMS}/resource-not-found`);
    if (account.isProtected) return { status: 200, json: { errors: [notAuthorized(id)] } };
    // Newest first.
    const ids = list === 'following' ? [...account.follows].reverse() : followersOf(id);
    const size = Math.min(Number(url.searchParams.get('max_results') ?? 100), simulator.pageSize);
    const from = Number(/^PAGEFROM0*(\d+)ZZZZ$/.exec(url.searchParams.get('pagination_token') ?? '')?.[1] ?? 0);
    const data = ids.slice(from, from + size).map((one) => ({ id: one, name: 'Follower', username: `u${one}` }));
    const next = from + size < ids.length ? { next_token: `PAGEFROM${String(from + size).padStart(6, '0')}ZZZZ` } : {};
    const meta = { result_count: data.length, ...next };
    return { status: 200, json: data.length > 0 ? { data, meta } : { meta } };
  };

  const followersOf = (id: string): string[] =>
    [...accounts.values()].filter((account) => account.follows.has(id)).map((account) => account.id);

  const accountOf = (username: string): Account => {
    const key = username.toLowerCase();
    const account = accounts.get(key) ?? {
      id: String(9_007_199_254_740_993n + BigInt(accounts.size)),
      username,
      follows: new Set(),
      isProtected: false,
      isSuspended: false,
    };
    accounts.set(key, account);
    return account;
  };

  const simulator = Object.assign(await startSimulator(respond, options), {
    join: (username: string) => void accountOf(username),
    follow(from: string, ...to: readonly string[]) {
      for (const other of to) accountOf(from).follows.add(accountOf(other).id);
    },
    unfollow: (from: string, to: string) => void accountOf(from).follows.delete(accountOf(to).id),
    protect: (username: string) => {
      accountOf(username).isProtected = true;
    },
    suspend: (username: string) => {
      accountOf(username).isSuspended = true;
    },
    usersSent: 0,
    remaining: new Map<string, number>(),
    resetsAt: Math.floor(Date.now() / 1000) + WINDOW_SECONDS,
    bearer: 'AAAA%2Fsimulated%3Dtoken',
    pageSize: 1_000,
  });
  for (const [from, to] of Object.entries(follows)) {
    simulator.join(from);
    simulator.follow(from, ...to);
  }
  return simulator;
};
