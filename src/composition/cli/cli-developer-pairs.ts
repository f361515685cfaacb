import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { CheckDeveloperPair } from '../../application/developer-pair/check-developer-pair.ts';
import type { Config } from '../config/config.ts';
import { UNOBSERVED } from '../wiring/open-upstreams.ts';
import type { OpenStores } from '../wiring/stores.ts';
import { connectUpstreams } from '../wiring/upstreams.ts';

/** Opens the way to GitHub and Twitter for `work`, and closes it again. */
export const withDeveloperPairs = async <T>(
  { unitOfWork }: OpenStores,
  { upstreams }: Config,
  work: (useCases: { checkDeveloperPair: CheckDeveloperPair }) => Promise<T>,
): Promise<T> => {
  const clock = new SystemClock();
  const { followGraph, organisationDirectory, close } = connectUpstreams(upstreams, clock, UNOBSERVED);
  try {
    const deps = { followGraph, organisationDirectory, unitOfWork, clock, idGenerator: new Uuidv7Ids() };
    return await work({ checkDeveloperPair: new CheckDeveloperPair(deps) });
  } finally {
    await close();
  }
};
