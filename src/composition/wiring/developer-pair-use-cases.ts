import type { DependencyContainer } from 'tsyringe';
import { CheckDeveloperPair } from '../../application/developer-pair/check-developer-pair.ts';
import { ReadPairHistory } from '../../application/developer-pair/read-pair-history.ts';
import { Throttle } from '../../application/throttle/throttle.ts';
import type { Config } from '../config/config.ts';
import { Ports } from './ports.ts';

export const registerDeveloperPairUseCases = (c: DependencyContainer, config: Config): void => {
  const policy = { name: 'pair-check-ip', limit: config.upstreams.checksPerHour, windowMs: 3_600_000 };
  c.register(CheckDeveloperPair, {
    useFactory: (c) =>
      new CheckDeveloperPair({
        followGraph: c.resolve(Ports.followGraph),
        organisationDirectory: c.resolve(Ports.organisationDirectory),
        unitOfWork: c.resolve(Ports.unitOfWork),
        idGenerator: c.resolve(Ports.idGenerator),
        clock: c.resolve(Ports.clock),
        limit: { throttle: c.resolve(Throttle), policy },
      }),
  });
  c.register(ReadPairHistory, {
    useFactory: (c) => new ReadPairHistory({ pairHistory: c.resolve(Ports.pairHistory) }),
  });
};
