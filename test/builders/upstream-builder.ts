import { SystemClock } from '../../src/adapters/driven/system/system-clock.ts';
import { GithubOrganisations } from '../../src/adapters/driven/upstreams/github/github-organisations.ts';
import { RateLimitTracker } from '../../src/adapters/driven/upstreams/rate-limit-tracker.ts';
import { TwitterApi } from '../../src/adapters/driven/upstreams/twitter/twitter-api.ts';
import { TwitterFollowGraph } from '../../src/adapters/driven/upstreams/twitter/twitter-follow-graph.ts';
import {
  type TwitterAppKeys,
  TwitterAppToken,
  type TwitterOwnerKeys,
  TwitterSignature,
} from '../../src/adapters/driven/upstreams/twitter/twitter-keys.ts';
import { UpstreamClient, type UpstreamSettings } from '../../src/adapters/driven/upstreams/upstream-client.ts';
import { Handle } from '../../src/domain/developer-pair/handle.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { TWITTER_KEYS, TWITTER_OWNER_KEYS, type TwitterSimulator } from '../simulators/twitter-simulator.ts';

type Settings = Partial<UpstreamSettings> & { clock?: Clock };

/** Collects the metrics of upstream requests. */
export const anObserver = () => {
  const calls: string[] = [];
  const quotas = new Map<string, number>();
  const circuits: boolean[] = [];
  return {
    calls,
    quotas,
    circuits,
    observeCall: ({ service, result }: { service: string; result: string }) => void calls.push(`${service} ${result}`),
    observeQuota: ({ quota, remaining }: { quota: string; remaining: number }) => void quotas.set(quota, remaining),
    observeCircuit: ({ isOpen }: { isOpen: boolean }) => void circuits.push(isOpen),
  };
};

/** A client that retries without a pause. */
export const aClient = (baseUrl: string, settings: Settings = {}) => {
  const observer = anObserver();
  const { limits, clock: _, ...rest } = settings;
  const client = new UpstreamClient(
    {
      service: 'Example',
      baseUrl,
      userAgent: 'guildhall/test',
      deadlineMs: 60_000,
      connections: 4,
      limits: { firstRetryMs: 1, maxRetryMs: 2, ...limits },
      ...rest,
    },
    observer,
  );
  return { client, observer, [Symbol.asyncDispose]: () => client.close() };
};

export const aGithub = (baseUrl: string, { token, ...settings }: Settings & { token?: string } = {}) => {
  const { client, observer, ...rest } = aClient(baseUrl, { service: 'GitHub', ...settings });
  const clock = settings.clock ?? new SystemClock();
  const rateLimits = new RateLimitTracker({ service: 'GitHub', prefixes: ['x-ratelimit'], clock, observer });
  const secret = token === undefined ? undefined : new Secret(token);
  return { github: new GithubOrganisations({ client, rateLimits, token: secret }), observer, ...rest };
};

export const APP_KEYS: TwitterAppKeys = { key: new Secret(TWITTER_KEYS.key), secret: new Secret(TWITTER_KEYS.secret) };

export const OWNER_KEYS: TwitterOwnerKeys = {
  ...APP_KEYS,
  token: new Secret(TWITTER_OWNER_KEYS.token),
  tokenSecret: new Secret(TWITTER_OWNER_KEYS.tokenSecret),
};

/** Default credentials: the simulator's bearer token. */
export const aTwitter = (
  simulator: TwitterSimulator,
  options: Settings & { keys?: TwitterAppKeys | undefined; owner?: TwitterOwnerKeys; maxUsers?: number } = {},
) => {
  const { keys = { bearer: new Secret(simulator.bearer) }, owner, maxUsers = 5_000, ...settings } = options;
  const { client, observer, ...rest } = aClient(simulator.baseUrl, { service: 'Twitter', ...settings });
  const clock = settings.clock ?? new SystemClock();
  const prefixes = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'];
  const rateLimits = new RateLimitTracker({ service: 'Twitter', prefixes, clock, observer });
  const token = new TwitterAppToken({ client, rateLimits, keys });
  const signature = owner === undefined ? undefined : new TwitterSignature({ keys: owner, clock });
  const api = new TwitterApi({ client, rateLimits, token, signature });
  return { twitter: new TwitterFollowGraph({ api, maxUsers }), client, observer, ...rest };
};

export const named = (name: string): Handle => Handle.parse(name);

export const worthIt = async (): Promise<boolean> => true;
