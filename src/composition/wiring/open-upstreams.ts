import type { UpstreamObserver } from '../../adapters/driven/upstreams/upstream-exchange.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Config } from '../config/config.ts';
import type { Upstreams } from './upstreams.ts';

export type OpenUpstreams = Upstreams & {
  /** Gets ready for the first question. */
  warmUp(): Promise<void>;
};

/** For who keeps no figures. */
const UNOBSERVED: UpstreamObserver = {
  observeCall: () => {},
  observeQuota: () => {},
  observeCircuit: () => {},
};

/** Loaded when first needed, or when there is time: the HTTP client alone takes a tenth of a second to load. */
export const openUpstreams = (
  config: Config['upstreams'],
  clock: Clock,
  observer: UpstreamObserver = UNOBSERVED,
): OpenUpstreams => {
  let opened: Promise<Upstreams> | undefined;
  const open = (): Promise<Upstreams> => {
    opened ??= import('./upstreams.ts').then(({ connectUpstreams }) => connectUpstreams(config, clock, observer));
    return opened;
  };
  return {
    followGraph: {
      followEachOther: async (one, other, isWorthPaying) =>
        (await open()).followGraph.followEachOther(one, other, isWorthPaying),
    },
    organisationDirectory: {
      organisationsOf: async (developer) => (await open()).organisationDirectory.organisationsOf(developer),
    },
    async warmUp() {
      await open();
    },
    async close() {
      await (await opened)?.close();
    },
  };
};
