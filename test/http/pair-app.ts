import type { Environment } from '../../src/composition/config/config.ts';
import { startGithubSimulator } from '../simulators/github-simulator.ts';
import { startTwitterSimulator } from '../simulators/twitter-simulator.ts';
import { startTestApp } from './test-app.ts';

/** The whole service between its client and two simulated networks. */
export const startPairApp = async (settings: Environment = {}) => {
  const token = 'simulated-github-token';
  const github = await startGithubSimulator({}, { token });
  const twitter = await startTwitterSimulator({});
  const app = await startTestApp({
    GITHUB_API_URL: github.baseUrl,
    TWITTER_API_URL: twitter.baseUrl,
    GITHUB_TOKEN: token,
    TWITTER_BEARER_TOKEN: twitter.bearer,
    // The longest there is: only a test that is about neverRespond wants to be through with it.
    UPSTREAM_TIMEOUT: '15s',
    ...settings,
  });
  const befriend = (...organisations: string[]) => {
    twitter.follow('dev1', 'dev2');
    twitter.follow('dev2', 'dev1');
    for (const name of ['dev1', 'dev2']) github.join(name, ...organisations);
  };
  return {
    ...app,
    github,
    twitter,
    befriend,
    check: (pair: string) => app.call('GET', `/connected/realtime/${pair}`),
    register: (pair: string) => app.call('GET', `/connected/register/${pair}`),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await Promise.all([github.close(), twitter.close()]);
    },
  };
};
