import type { TwitterAppKeys, TwitterOwnerKeys } from '../../adapters/driven/upstreams/twitter/twitter-keys.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { SettingReader } from './setting-reader.ts';

/** How GitHub and Twitter are asked. */
export type UpstreamConfig = Readonly<{
  githubUrl: string;
  githubToken: Secret | undefined;
  twitterUrl: string;
  twitterApp: TwitterAppKeys | undefined;
  twitterOwner: TwitterOwnerKeys | undefined;
  /** Users of follow lists that one check may read. */
  twitterReadLimit: number;
  /** From one network. */
  checksPerHour: number;
  deadlineMs: number;
  connections: number;
}>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export const upstreamConfig = (read: SettingReader, mode: 'development' | 'production'): UpstreamConfig => {
  return {
    githubUrl: baseUrl(read, 'GITHUB_API_URL', mode),
    githubToken: bearer(read, 'GITHUB_TOKEN'),
    twitterUrl: baseUrl(read, 'TWITTER_API_URL', mode),
    ...twitterKeys(read),
    twitterReadLimit: read.wholeNumber('TWITTER_READ_LIMIT', 0, 100_000),
    checksPerHour: read.wholeNumber('PAIR_CHECK_LIMIT', 1, 1_000_000),
    // Below the server's own limit for an answer, so that ours is the one that is told.
    deadlineMs: read.duration('UPSTREAM_TIMEOUT', '1s', '15s'),
    connections: read.wholeNumber('UPSTREAM_CONNECTIONS', 1, 256),
  };
};

/** It is sent as it is, and not everything fits into a header. */
const bearer = (read: SettingReader, name: 'GITHUB_TOKEN' | 'TWITTER_BEARER_TOKEN'): Secret | undefined => {
  const token = read.secret(name);
  if (token !== undefined && !/^[!-~]{1,1000}$/.test(token.reveal())) {
    read.refuse(name, `${name} must be at most 1000 ASCII letters, digits and marks, without spaces.`);
  }
  return token;
};

const twitterKeys = (read: SettingReader): Pick<UpstreamConfig, 'twitterApp' | 'twitterOwner'> => {
  const bearerToken = bearer(read, 'TWITTER_BEARER_TOKEN');
  const key = read.secret('TWITTER_API_KEY');
  const secret = read.secret('TWITTER_API_SECRET_KEY');
  const token = read.secret('TWITTER_ACCESS_TOKEN');
  const tokenSecret = read.secret('TWITTER_ACCESS_TOKEN_SECRET');
  if ((key === undefined) !== (secret === undefined)) {
    read.refuse(
      'TWITTER_API_KEY',
      'TWITTER_API_KEY and TWITTER_API_SECRET_KEY belong together; one of them is missing.',
    );
  }
  if ((token === undefined) !== (tokenSecret === undefined)) {
    const sentence = 'TWITTER_ACCESS_TOKEN and TWITTER_ACCESS_TOKEN_SECRET belong together; one of them is missing.';
    read.refuse('TWITTER_ACCESS_TOKEN', sentence);
  }
  if (token !== undefined && key === undefined) {
    read.refuse('TWITTER_ACCESS_TOKEN', 'TWITTER_ACCESS_TOKEN needs TWITTER_API_KEY and TWITTER_API_SECRET_KEY.');
  }
  const pair = key === undefined || secret === undefined ? undefined : { key, secret };
  return {
    twitterApp: bearerToken === undefined ? pair : { bearer: bearerToken },
    twitterOwner: pair === undefined || !token || !tokenSecret ? undefined : { ...pair, token, tokenSecret },
  };
};

/** Tokens travel there, so in production nobody on the way may read along. */
const baseUrl = (read: SettingReader, name: 'GITHUB_API_URL' | 'TWITTER_API_URL', mode: string): string => {
  const value = read.text(name) ?? '';
  const url = URL.parse(value);
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    read.refuse(name, `${name} must be a base such as https://api.example.com, without a user, a ? or a #.`);
  } else if (mode === 'production' && url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    read.refuse(name, `${name} must be https in production.`);
  }
  return value;
};
