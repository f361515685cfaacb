import { startGithubSimulator } from './github-simulator.ts';
import { startTwitterSimulator, TWITTER_KEYS, TWITTER_OWNER_KEYS } from './twitter-simulator.ts';

/** Both networks on this machine, with a few people in them, for a first try without keys. Ctrl-C ends it. */
const [githubPort = '9401', twitterPort = '9402', latencyMs = '0'] = process.argv.slice(2);

const github = await startGithubSimulator(
  { dev1: ['org1', 'org2', 'org3'], dev2: ['org2', 'org1'], dev3: ['org3'], dev4: [], dev6: ['org1'], dev7: ['org1'] },
  { port: Number(githubPort), latencyMs: Number(latencyMs), token: 'simulated-github-token' },
);
const twitter = await startTwitterSimulator(
  { dev1: ['dev2', 'dev3', 'dev7'], dev2: ['dev1'], dev3: [], dev5: ['dev1'], dev6: ['dev7'], dev7: ['dev6', 'dev1'] },
  { port: Number(twitterPort), latencyMs: Number(latencyMs), owner: 'dev1' },
);
twitter.protect('dev6');
twitter.protect('dev7');

process.stdout.write(`GitHub answers at ${github.baseUrl}, Twitter at ${twitter.baseUrl}.

Start Guildhall in another terminal with

  GITHUB_API_URL=${github.baseUrl} TWITTER_API_URL=${twitter.baseUrl} \\
  GITHUB_TOKEN=simulated-github-token TWITTER_BEARER_TOKEN=${twitter.bearer} npm start

and ask it:

  dev1 dev2   connected: org1, org2
  dev1 dev3   not connected: dev3 follows nobody
  dev1 dev4   dev4 is nobody on Twitter
  dev1 dev5   dev5 is nobody on GitHub
  dev6 dev7   nobody can tell: both accounts are protected

  curl http://127.0.0.1:8000/connected/realtime/dev1/dev2
  curl http://127.0.0.1:8000/connected/register/dev1/dev2

Instead of TWITTER_BEARER_TOKEN you may set TWITTER_API_KEY=${TWITTER_KEYS.key}
TWITTER_API_SECRET_KEY=${TWITTER_KEYS.secret}, and with them the keys of dev1:
TWITTER_ACCESS_TOKEN=${TWITTER_OWNER_KEYS.token}
TWITTER_ACCESS_TOKEN_SECRET='${TWITTER_OWNER_KEYS.tokenSecret}'

`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all([github.close(), twitter.close()]));
}
