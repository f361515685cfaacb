import { aGithub, aTwitter } from '../../../../test/builders/upstream-builder.ts';
import { followGraphContract } from '../../../../test/contracts/follow-graph.contract.ts';
import { organisationDirectoryContract } from '../../../../test/contracts/organisation-directory.contract.ts';
import { startGithubSimulator } from '../../../../test/simulators/github-simulator.ts';
import { silence } from '../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../test/simulators/twitter-simulator.ts';

/** How long a test is willing to be left without an answer. */
const deadlineMs = 60_000;
const soonMs = 150;

followGraphContract('Twitter', async () => {
  const simulator = await startTwitterSimulator();
  const patient = aTwitter(simulator, { deadlineMs });
  const hasty = aTwitter(simulator, { deadlineMs: soonMs });
  let current = patient.twitter;
  return {
    followGraph: { followEachOther: (one, other, isWorthPaying) => current.followEachOther(one, other, isWorthPaying) },
    join: simulator.join,
    follow: simulator.follow,
    protect: simulator.protect,
    fallSilent() {
      current = hasty.twitter;
      simulator.failAlways(silence);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([patient.client.close(), hasty.client.close(), simulator.close()]);
    },
  };
});

organisationDirectoryContract('GitHub', async () => {
  const simulator = await startGithubSimulator();
  const patient = aGithub(simulator.baseUrl, { deadlineMs });
  const hasty = aGithub(simulator.baseUrl, { deadlineMs: soonMs });
  let current = patient.github;
  return {
    organisationDirectory: { organisationsOf: (developer) => current.organisationsOf(developer) },
    join: simulator.join,
    fallSilent() {
      current = hasty.github;
      simulator.failAlways(silence);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([patient[Symbol.asyncDispose](), hasty[Symbol.asyncDispose](), simulator.close()]);
    },
  };
});
