import { GithubOrganisations } from '../../adapters/driven/upstreams/github/github-organisations.ts';
import { PwnedPasswords } from '../../adapters/driven/upstreams/pwned-passwords/pwned-passwords.ts';
import { RateLimitTracker } from '../../adapters/driven/upstreams/rate-limit-tracker.ts';
import { TwitterApi } from '../../adapters/driven/upstreams/twitter/twitter-api.ts';
import { TwitterFollowGraph } from '../../adapters/driven/upstreams/twitter/twitter-follow-graph.ts';
import { TwitterAppToken, TwitterSignature } from '../../adapters/driven/upstreams/twitter/twitter-keys.ts';
import {
  UpstreamClient,
  type UpstreamObserver,
  type UpstreamSettings,
} from '../../adapters/driven/upstreams/upstream-client.ts';
import type { BreachedPasswords } from '../../ports/breached-passwords.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FollowGraph } from '../../ports/follow-graph.ts';
import type { OrganisationDirectory } from '../../ports/organisation-directory.ts';
import type { Config } from '../config/config.ts';
import { VERSION } from '../config/version.ts';

export type Upstreams = Readonly<{
  breachedPasswords: BreachedPasswords;
  followGraph: FollowGraph;
  organisationDirectory: OrganisationDirectory;
  close(): Promise<void>;
}>;

/** A person waits for its answer, and a range is small. */
const PWNED_PASSWORDS = { deadlineMs: 1_000, connections: 4, limits: { bytes: 262_144 } };

/** A client for each, so that a slow upstream takes no connection from the other. */
export const connectUpstreams = (
  config: Config['upstreams'],
  clock: Clock,
  observer?: UpstreamObserver,
  onBreachesUnknown?: (error: unknown) => void,
): Upstreams => {
  const { deadlineMs, connections, twitterOwner } = config;
  const { url, failsOpen } = config.breachedPasswords;
  const client = (service: string, baseUrl: string, settings?: Partial<UpstreamSettings>) => {
    const defaults = { deadlineMs, connections, userAgent: `guildhall/${VERSION}` };
    return new UpstreamClient({ service, baseUrl, ...defaults, ...settings }, observer);
  };

  const breaches = url === undefined ? undefined : client('Pwned Passwords', url, PWNED_PASSWORDS);
  const pwnedPasswords =
    breaches && new PwnedPasswords({ client: breaches, clock, failsOpen, onFailure: onBreachesUnknown });

  const github = client('GitHub', config.githubUrl);
  const githubLimits = new RateLimitTracker({ service: 'GitHub', prefixes: ['x-ratelimit'], clock, observer });

  const twitter = client('Twitter', config.twitterUrl);
  const prefixes = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'];
  const twitterLimits = new RateLimitTracker({ service: 'Twitter', prefixes, clock, observer });
  const api = new TwitterApi({
    client: twitter,
    rateLimits: twitterLimits,
    token: new TwitterAppToken({ client: twitter, rateLimits: twitterLimits, keys: config.twitterApp }),
    signature: twitterOwner === undefined ? undefined : new TwitterSignature({ keys: twitterOwner, clock }),
  });
  return {
    breachedPasswords: { has: async (password) => pwnedPasswords?.has(password) ?? false },
    followGraph: new TwitterFollowGraph({ api, maxUsers: config.twitterReadLimit }),
    organisationDirectory: new GithubOrganisations({
      client: github,
      rateLimits: githubLimits,
      token: config.githubToken,
    }),
    async close() {
      await Promise.all([github.close(), twitter.close(), breaches?.close()]);
    },
  };
};
