import type { CliDeps } from '../../adapters/driving/cli/cli-deps.ts';

/** What the password commands ask. None of it needs a store or a setting. */
export const passwordCommands: CliDeps['passwords'] = async () => {
  const { CryptoRandom } = await import('../../adapters/driven/system/crypto-random.ts');
  const { RatePassword } = await import('../../application/password/rate-password.ts');
  const { SuggestPassword } = await import('../../application/password/suggest-password.ts');
  const { TryPasswordScenarios } = await import('../../application/password/try-password-scenarios.ts');
  const randomSource = new CryptoRandom();
  return {
    suggestPassword: new SuggestPassword({ randomSource }),
    ratePassword: new RatePassword(),
    tryPasswordScenarios: new TryPasswordScenarios({ randomSource }),
  };
};
