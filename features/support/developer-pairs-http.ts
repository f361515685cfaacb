import type { Environment } from '../../src/composition/config/config.ts';
import { startTestApp } from '../../test/http/test-app.ts';
import { startGithubSimulator } from '../../test/simulators/github-simulator.ts';
import { resetConnection } from '../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../test/simulators/twitter-simulator.ts';
import { CheckRejected, type Connection, type DeveloperPairsDriver, toTheMinute } from './developer-pairs-driver.ts';

type Check = { registered_at: string; connected: boolean; organisations?: string[] };

/** The whole service as it ships, between two networks that answer on the wire. */
export const developerPairsOverHttp = async (store: Environment = {}): Promise<DeveloperPairsDriver> => {
  const github = await startGithubSimulator();
  const twitter = await startTwitterSimulator();
  const app = await startTestApp({
    GITHUB_API_URL: github.baseUrl,
    TWITTER_API_URL: twitter.baseUrl,
    TWITTER_BEARER_TOKEN: twitter.bearer,
    ...store,
  });

  return {
    join: (network, name) => (network === 'Twitter' ? twitter : github).join(name),
    follow: (from, to) => twitter.follow(from, to),
    unfollow: (from, to) => twitter.unfollow(from, to),
    show: (name, organisations) => github.join(name, ...organisations),
    protect: (name) => twitter.protect(name),
    goDown: (network) => (network === 'Twitter' ? twitter : github).failAlways(resetConnection),
    passTime: (ms) => app.clock.advance(ms),
    async check(one, other) {
      const answer = await app.call('GET', `/connected/realtime/${one}/${other}`);
      const said = answer.json();
      if (answer.status === 200) return said as Connection;
      throw new CheckRejected(said.code, said.errors);
    },
    async history(one, other, { limit, next }) {
      const answer = await app.call('GET', next ?? `/connected/register/${one}/${other}?limit=${limit}`);
      const entries = (answer.json() as Check[]).map(({ registered_at: at, ...connection }) => ({
        at: toTheMinute(at),
        connection: connection as Connection,
      }));
      return { entries, next: /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1] };
    },
    async close() {
      await app[Symbol.asyncDispose]();
      await Promise.all([github.close(), twitter.close()]);
    },
  };
};
