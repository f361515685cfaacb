import { MemoryStores } from '../../src/adapters/driven/memory/memory-stores.ts';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { CheckDeveloperPair } from '../../src/application/developer-pair/check-developer-pair.ts';
import { ReadPairHistory } from '../../src/application/developer-pair/read-pair-history.ts';
import { Handle } from '../../src/domain/developer-pair/handle.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { PortError } from '../../src/ports/port-error.ts';
import { NEW_YEAR } from '../../test/builders/instants.ts';
import { FixedClock } from '../../test/doubles/fixed-clock.ts';
import { MemoryFollowGraph, MemoryOrganisationDirectory } from '../../test/doubles/memory-networks.ts';
import { CheckRejected, type DeveloperPairsDriver, toTheMinute } from './developer-pairs-driver.ts';

/** The core alone, between two networks that are kept in memory. */
export const developerPairsInCore = async (): Promise<DeveloperPairsDriver> => {
  const clock = new FixedClock(NEW_YEAR);
  const stores = new MemoryStores();
  const followGraph = new MemoryFollowGraph();
  const organisationDirectory = new MemoryOrganisationDirectory();
  const idGenerator = new Uuidv7Ids();
  const checkPair = new CheckDeveloperPair({
    followGraph,
    organisationDirectory,
    unitOfWork: stores,
    idGenerator,
    clock,
  });
  const readHistory = new ReadPairHistory({ pairHistory: stores.pairHistory });
  const named = Handle.parse;

  return {
    join: (network, name) =>
      network === 'Twitter' ? followGraph.join(named(name)) : organisationDirectory.join(named(name)),
    follow: (from, to) => followGraph.follow(named(from), named(to)),
    unfollow: (from, to) => followGraph.unfollow(named(from), named(to)),
    show: (name, organisations) => organisationDirectory.join(named(name), ...organisations),
    protect: (name) => followGraph.protect(named(name)),
    goDown: (network) => {
      const failure = new PortError('upstream.unavailable', 'no-response', {
        messages: [`${network} does not answer.`],
      });
      (network === 'Twitter' ? followGraph : organisationDirectory).failWith(failure);
    },
    passTime: (ms) => clock.advance(ms),
    async check(a, b) {
      try {
        const connection = await checkPair.execute({ developers: [a, b] });
        // What is missing is for staff.
        return connection.connected ? connection : { connected: false };
      } catch (error) {
        if (!(error instanceof DomainError || error instanceof PortError)) throw error;
        throw new CheckRejected(error.code, error.messages);
      }
    },
    async history(a, b, { limit, next: after }) {
      const { items, next } = await readHistory.execute({ developers: [a, b], limit, after });
      return { entries: items.map(({ at, connection }) => ({ at: toTheMinute(at), connection })), next };
    },
    async close() {},
  };
};
