import { aGithub, aTwitter } from '../../../../test/builders/upstream-builder.ts';
import { followGraphContract } from '../../../../test/contracts/follow-graph.contract.ts';
import { organisationDirectoryContract } from '../../../../test/contracts/organisation-directory.contract.ts';
import { startGithubSimulator } from '../../../../test/simulators/github-simulator.ts';
import { neverRespond } from '../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../test/simulators/twitter-simulator.ts';

const deadlineMs = 60_000;
const soonMs = 150;

followGraphContract('Twitter', async () => {
  const simulator = await startTwitterSimulator();
  const slow = aTwitter(simulator, { deadlineMs });
  const fast = aTwitter(simulator, { deadlineMs: soonMs });
  let current = slow.twitter;
  return {
    followGraph: { followEachOther: (one, other, isWorthPaying) => current.followEachOther(one, other, isWorthPaying) },
    join: simulator.join,
    follow: simulator.follow,
    protect: simulator.protect,
    stopResponding() {
      current = fast.twitter;
      simulator.failAlways(neverRespond);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([slow.client.close(), fast.client.close(), simulator.close()]);
    },
  };
});

organisationDirectoryContract('GitHub', async () => {
  const simulator = await startGithubSimulator();
  const slow = aGithub(simulator.baseUrl, { deadlineMs });
  const fast = aGithub(simulator.baseUrl, { deadlineMs: soonMs });
  let current = slow.github;
  return {
    organisationDirectory: { organisationsOf: (developer) => current.organisationsOf(developer) },
    join: simulator.join,
    stopResponding() {
      current = fast.github;
      simulator.failAlways(neverRespond);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([slow[Symbol.asyncDispose](), fast[Symbol.asyncDispose](), simulator.close()]);
    },
  };
});
