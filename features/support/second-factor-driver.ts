import assert from 'node:assert/strict';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { Origin } from './app-driver.ts';
import type { Ask } from './ask.ts';

export type SecondFactorState = Readonly<{ isSetUp: boolean; recoveryCodesLeft: number; isRequired: boolean }>;

/** The actions on the second factor. */
export interface SecondFactorDriver {
  read(from: Origin): Promise<SecondFactorState>;
  /** @returns the seed in base32 */
  begin(from: Origin): Promise<string>;
  /** @returns the recovery codes */
  confirm(from: Origin, code: string): Promise<readonly string[]>;
  /** @returns the recovery codes */
  replaceRecoveryCodes(from: Origin): Promise<readonly string[]>;
  remove(from: Origin): Promise<void>;
  /** Removes that of another user. */
  reset(from: Origin, userId: string): Promise<void>;
  /** @returns the session token of the device */
  completeLogIn(from: Origin, answer: Readonly<{ challenge: string; code: string }>): Promise<string>;
}

export const secondFactorInCore = (
  core: () => Pick<UseCases, 'manageSecondFactor' | 'logIn'>,
  authenticate: (from: Origin) => Promise<{ caller: Caller }>,
): SecondFactorDriver => {
  const clientOf = ({ ip, device }: Origin) => ({ ip, userAgent: device, requestId: 'feature' });
  const by = async (from: Origin) => ({ caller: (await authenticate(from)).caller, client: clientOf(from) });
  return {
    async read(from) {
      const { confirmedAt, ...rest } = await core().manageSecondFactor.read(await by(from));
      return { isSetUp: confirmedAt !== null, ...rest };
    },
    begin: async (from) => (await core().manageSecondFactor.begin(await by(from))).seed.reveal(),
    confirm: async (from, code) => core().manageSecondFactor.confirm({ ...(await by(from)), code: new Secret(code) }),
    replaceRecoveryCodes: async (from) => core().manageSecondFactor.replaceRecoveryCodes(await by(from)),
    remove: async (from) => core().manageSecondFactor.remove(await by(from)),
    reset: async (from, userId) => core().manageSecondFactor.reset({ ...(await by(from)), userId }),
    async completeLogIn(from, { challenge, code }) {
      const secrets = { challenge: new Secret(challenge), code: new Secret(code) };
      return (await core().logIn.complete({ ...secrets, client: clientOf(from) })).token.reveal();
    },
  };
};

export const secondFactorOverHttp = (ask: Ask): SecondFactorDriver => ({
  async read(from) {
    const state = (await ask(from, 'GET', '/mfa', { expects: 200 })).json();
    return { isSetUp: state.totp !== null, recoveryCodesLeft: state.recovery_codes_left, isRequired: state.required };
  },
  begin: async (from) => (await ask(from, 'POST', '/mfa/totp', { expects: 201 })).json().secret,
  confirm: async (from, code) =>
    (await ask(from, 'PUT', '/mfa/totp', { expects: 200, json: { code } })).json().recovery_codes,
  replaceRecoveryCodes: async (from) =>
    (await ask(from, 'POST', '/mfa/recovery-codes', { expects: 200 })).json().recovery_codes,
  async remove(from) {
    await ask(from, 'DELETE', '/mfa/totp', { expects: 204 });
  },
  async reset(from, userId) {
    await ask(from, 'DELETE', `/users/${userId}/mfa`, { expects: 204 });
  },
  async completeLogIn(from, json) {
    const answer = await ask(from, 'POST', '/sessions/challenge', { expects: 200, json });
    assert.equal(answer.json().message, 'logged in');
    return answer.session ?? assert.fail('No session came');
  },
});
