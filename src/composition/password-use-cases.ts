import type { DependencyContainer } from 'tsyringe';
import { RatePassword } from '../application/password/rate-password.ts';
import { SuggestPassword } from '../application/password/suggest-password.ts';
import { Ports } from './ports.ts';

export const registerPasswordUseCases = (c: DependencyContainer): void => {
  c.register(RatePassword, { useFactory: () => new RatePassword() });
  c.register(SuggestPassword, {
    useFactory: (c) => new SuggestPassword({ randomSource: c.resolve(Ports.randomSource) }),
  });
};
