import type { UpstreamObserver } from '../../adapters/driven/upstreams/upstream-client.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Config } from '../config/config.ts';
import type { Upstreams } from './upstreams.ts';

export type OpenUpstreams = Upstreams & {
  /** Loads the clients. */
  warmUp(): Promise<void>;
};

/** Loads the clients at first use or by `warmUp`: loading them takes a tenth of a second. */
export const openUpstreams = (
  config: Config['upstreams'],
  clock: Clock,
  observer?: UpstreamObserver,
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
