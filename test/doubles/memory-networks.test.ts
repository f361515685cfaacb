import { Handle } from '../../src/domain/developer-pair/handle.ts';
import { PortError } from '../../src/ports/port-error.ts';
import { followGraphContract } from '../contracts/follow-graph.contract.ts';
import { organisationDirectoryContract } from '../contracts/organisation-directory.contract.ts';
import { MemoryFollowGraph, MemoryOrganisationDirectory } from './memory-networks.ts';

const silent = (service: string) =>
  new PortError('upstream.unavailable', 'silent', { messages: [`${service} did not answer in time.`] });

followGraphContract('memory', async () => {
  const followGraph = new MemoryFollowGraph();
  return {
    followGraph,
    join: (name) => followGraph.join(Handle.parse(name)),
    follow: (from, to) => followGraph.follow(Handle.parse(from), Handle.parse(to)),
    protect: (name) => followGraph.protect(Handle.parse(name)),
    stopResponding: () => followGraph.failWith(silent('Twitter')),
    async [Symbol.asyncDispose]() {},
  };
});

organisationDirectoryContract('memory', async () => {
  const organisationDirectory = new MemoryOrganisationDirectory();
  return {
    organisationDirectory,
    join: (name, ...organisations) => organisationDirectory.join(Handle.parse(name), ...organisations),
    stopResponding: () => organisationDirectory.failWith(silent('GitHub')),
    async [Symbol.asyncDispose]() {},
  };
});
