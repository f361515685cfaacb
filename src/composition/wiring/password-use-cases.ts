import type { DependencyContainer } from 'tsyringe';
import { RatePassword } from '../../application/password/rate-password.ts';
import { SuggestPassword } from '../../application/password/suggest-password.ts';
import { TryPasswordScenarios } from '../../application/password/try-password-scenarios.ts';
import { ImportRandomUsers } from '../../application/user/import-random-users.ts';
import type { Config } from '../config/config.ts';
import { Ports } from './ports.ts';

/** Passwords of nobody in particular, and of people who do not exist. */
export const registerPasswordUseCases = (c: DependencyContainer, { hashing }: Config): void => {
  const randomSource = (c: DependencyContainer) => ({ randomSource: c.resolve(Ports.randomSource) });
  c.register(RatePassword, { useFactory: () => new RatePassword() });
  c.register(SuggestPassword, { useFactory: (c) => new SuggestPassword(randomSource(c)) });
  c.register(TryPasswordScenarios, { useFactory: (c) => new TryPasswordScenarios(randomSource(c)) });
  c.register(ImportRandomUsers, {
    useFactory: (c) =>
      new ImportRandomUsers({
        ...randomSource(c),
        randomUserSource: c.resolve(Ports.randomUserSource),
        users: c.resolve(Ports.users),
        unitOfWork: c.resolve(Ports.unitOfWork),
        passwordHasher: c.resolve(Ports.passwordHasher),
        hashesAtOnce: hashing.concurrency,
        idGenerator: c.resolve(Ports.idGenerator),
        clock: c.resolve(Ports.clock),
        securityLog: c.resolve(Ports.securityLog),
      }),
  });
};
