import { startGithubSimulator } from '../../test/simulators/github-simulator.ts';
import { startTwitterSimulator } from '../../test/simulators/twitter-simulator.ts';
import { spread } from '../harness/report.ts';
import { spreadOf } from '../harness/statistics.ts';
import { startGuildhall } from '../servers/servers.ts';
import { type Benchmark, SMALL_STORE } from './benchmark.ts';

const DELAY_MS = 100;
const GITHUB_TOKEN = 'bench-token';

/** A pair check with 100 ms before each response of both services. Goal 11. */
export const pairs: Benchmark = async (runner) => {
  const count = runner.options.isQuick ? 10 : 30;
  const names = Array.from({ length: count + 1 }, (_, nth) => [`a${nth}`, `b${nth}`] as const);
  await using github = await startGithubSimulator(
    Object.fromEntries(names.flat().map((name) => [name, ['org1', 'org2']])),
    { token: GITHUB_TOKEN, latencyMs: DELAY_MS },
  );
  await using twitter = await startTwitterSimulator(
    Object.fromEntries(
      names.flatMap(([a, b]) => [
        [a, [b]],
        [b, [a]],
      ]),
    ),
    { latencyMs: DELAY_MS },
  );
  await using guildhall = await startGuildhall(runner, {
    store: (await runner.store(SMALL_STORE)).path,
    settings: {
      GITHUB_API_URL: github.baseUrl,
      GITHUB_TOKEN,
      TWITTER_API_URL: twitter.baseUrl,
      TWITTER_BEARER_TOKEN: twitter.bearer,
    },
  });

  const check = async ([a, b]: readonly [string, string]): Promise<number> => {
    const from = performance.now();
    const response = await fetch(`${guildhall.url}/connected/realtime/${a}/${b}`);
    const text = await response.text();
    if (!text.includes('"connected":true')) throw new Error(`${response.status} ${text}`);
    return performance.now() - from;
  };
  const [first = ['', ''], ...rest] = names;
  await check(first);
  const sentBefore = twitter.requests.length;
  const tookMs: number[] = [];
  for (const pair of rest) tookMs.push(await check(pair));

  // Twitter receives one call after another, GitHub at the same time: the calls to Twitter are the longest chain.
  if (twitter.maxConcurrent > 1)
    throw new Error('Twitter received calls at the same time: they are not the longest chain');
  const chain = (twitter.requests.length - sentBefore) / count;
  const { median, min, max } = spreadOf(tookMs);
  return {
    goals: [{ goal: 11, of: `${chain} calls`, value: spreadOf(tookMs.map((ms) => ms / (chain * DELAY_MS))) }],
    tables: [
      {
        title: `A pair check, ${DELAY_MS} ms per call`,
        head: ['checks', 'calls one after another', 'ms'],
        rows: [[String(count), String(chain), spread({ median, min, max }, 0)]],
      },
    ],
  };
};
