import { startGithubSimulator } from './github-simulator.ts';
import { startTwitterSimulator, TWITTER_KEYS, TWITTER_OWNER_KEYS } from './twitter-simulator.ts';

type Started = Readonly<{ url: string; more: readonly string[] }>;

const GITHUB_TOKEN = 'simulated-github-token';

/** GitHub with a few accounts, for manual tests. */
export const startSampleGithub = async ({ port }: { port: number }): Promise<Started> => {
  const dev1 = ['org1', 'org2', 'org3'];
  const people = { dev1, dev2: ['org2', 'org1'], dev3: ['org3'], dev4: [], dev6: ['org1'], dev7: ['org1'] };
  const { baseUrl } = await startGithubSimulator(people, { port, token: GITHUB_TOKEN });
  return { url: baseUrl, more: [`GITHUB_TOKEN=${GITHUB_TOKEN}`] };
};

/** Twitter with some of the same accounts. `dev1` owns the access token. */
export const startSampleTwitter = async ({ port }: { port: number }): Promise<Started> => {
  const follows = { dev1: ['dev2', 'dev3', 'dev7'], dev2: ['dev1'], dev3: [], dev5: ['dev1'], dev6: ['dev7'] };
  const twitter = await startTwitterSimulator({ ...follows, dev7: ['dev6', 'dev1'] }, { port, owner: 'dev1' });
  for (const name of ['dev6', 'dev7']) twitter.protect(name);
  return {
    url: twitter.baseUrl,
    more: [
      `TWITTER_BEARER_TOKEN=${twitter.bearer}`,
      '# or, instead of the bearer token, its credentials and the access token of dev1:',
      `#TWITTER_API_KEY=${TWITTER_KEYS.key}`,
      `#TWITTER_API_SECRET_KEY=${TWITTER_KEYS.secret}`,
      `#TWITTER_ACCESS_TOKEN=${TWITTER_OWNER_KEYS.token}`,
      `#TWITTER_ACCESS_TOKEN_SECRET="${TWITTER_OWNER_KEYS.tokenSecret}"`,
      '# bin/guildhall connections check …',
      '#   dev1 dev2   connected by org1 and org2',
      '#   dev1 dev3   not connected: dev3 follows none',
      '#   dev1 dev4   dev4 is unknown on Twitter',
      '#   dev1 dev5   dev5 is unknown on GitHub',
      '#   dev6 dev7   undecided: both accounts are protected',
    ],
  };
};
