import { startGithubSimulator } from '../../test/simulators/github-simulator.ts';
import { startTwitterSimulator } from '../../test/simulators/twitter-simulator.ts';
import { spread } from '../harness/report.ts';
import { spreadOf } from '../harness/statistics.ts';
import { startGuildhall } from '../servers/servers.ts';
import { FEW, type RunPart } from './part.ts';

const DELAY_MS = 100;
const GITHUB_TOKEN = 'of-the-bench';

/** Are two developers connected, with 100 ms before each answer of both networks? Goal 11. */
export const pairs: RunPart = async (workshop) => {
  const count = workshop.options.isQuick ? 10 : 30;
  const names = Array.from({ length: count + 1 }, (_, nth) => [`one${nth}`, `other${nth}`] as const);
  await using github = await startGithubSimulator(
    Object.fromEntries(names.flat().map((name) => [name, ['org1', 'org2']])),
    { token: GITHUB_TOKEN, latencyMs: DELAY_MS },
  );
  await using twitter = await startTwitterSimulator(
    Object.fromEntries(
      names.flatMap(([one, other]) => [
        [one, [other]],
        [other, [one]],
      ]),
    ),
    { latencyMs: DELAY_MS },
  );
  await using guildhall = await startGuildhall(workshop, {
    store: (await workshop.store(FEW)).path,
    settings: {
      GITHUB_API_URL: github.baseUrl,
      GITHUB_TOKEN,
      TWITTER_API_URL: twitter.baseUrl,
      TWITTER_BEARER_TOKEN: twitter.bearer,
    },
  });

  const check = async ([one, other]: readonly [string, string]): Promise<number> => {
    const from = performance.now();
    const answer = await fetch(`${guildhall.url}/connected/realtime/${one}/${other}`);
    const text = await answer.text();
    if (!text.includes('"connected":true')) throw new Error(`${answer.status} ${text}`);
    return performance.now() - from;
  };
  const [first = ['', ''], ...rest] = names;
  await check(first);
  const askedBefore = twitter.requests.length;
  const tookMs: number[] = [];
  for (const pair of rest) tookMs.push(await check(pair));

  // One network is asked one thing after another, the other at the same time: its calls are the longest chain.
  if (twitter.maxConcurrent > 1)
    throw new Error('Twitter was asked several things at once: the longest chain is another');
  const chain = (twitter.requests.length - askedBefore) / count;
  const { median, min, max } = spreadOf(tookMs);
  return {
    reached: [{ goal: 11, of: `${chain} calls`, value: spreadOf(tookMs.map((ms) => ms / (chain * DELAY_MS))) }],
    tables: [
      {
        title: `A pair check, ${DELAY_MS} ms a call`,
        head: ['checks', 'calls one after another', 'ms'],
        rows: [[String(count), String(chain), spread({ median, min, max }, 0)]],
      },
    ],
  };
};
