import assert from 'node:assert/strict';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { Origin, PublicUser, RegistrationData } from './app-driver.ts';
import type { Ask } from './ask.ts';

export type RegistrationRequest = Readonly<{ email: string } & Partial<RegistrationData>>;

/** The actions around addresses that are confirmed by a token of an email. */
export interface RegistrationDriver {
  request(from: Origin, particulars: RegistrationRequest): Promise<void>;
  complete(from: Origin, particulars: RegistrationData & Readonly<{ token: string }>): Promise<PublicUser>;
  /** @returns the address that an email goes to */
  requestConfirmation(from: Origin, userId: string): Promise<string>;
  /** @returns the address of the account */
  confirm(from: Origin, token: string): Promise<Readonly<{ email: string; outcome: string }>>;
}

export const registrationInCore = (
  core: () => Pick<UseCases, 'registerUser' | 'confirmEmail'>,
  authenticate: (from: Origin) => Promise<{ caller: Caller }>,
): RegistrationDriver => {
  const clientOf = ({ ip, device }: Origin) => ({ ip, userAgent: device, requestId: 'feature' });
  return {
    async request(from, { password, ...rest }) {
      const secret = password === undefined ? {} : { password: new Secret(password) };
      await core().registerUser.request({ ...rest, ...secret, client: clientOf(from) });
    },
    async complete(from, { password, token, ...rest }) {
      const secrets = { password: new Secret(password), token: new Secret(token) };
      const user = await core().registerUser.complete({ ...rest, ...secrets, client: clientOf(from) });
      return { ...user, createdAt: Instant.format(user.createdAt) };
    },
    async requestConfirmation(from, userId) {
      const { caller } = await authenticate(from);
      return core().confirmEmail.request({ caller, userId, client: clientOf(from) });
    },
    confirm: (from, token) => core().confirmEmail.execute({ token: new Secret(token), client: clientOf(from) }),
  };
};

export const registrationOverHttp = (ask: Ask): RegistrationDriver => ({
  async request(from, json) {
    const answer = await ask(from, 'POST', '/register', { expects: 202, json });
    // The same text for all addresses, so that it does not reveal accounts.
    assert.deepEqual(answer.json(), {
      email: json.email,
      message: 'If this address is free, a mail is on its way.',
    });
  },
  async complete(from, { token: confirmation_token, ...rest }) {
    const json = { ...rest, confirmation_token };
    const { created_at: createdAt, ...user } = (await ask(from, 'PUT', '/register', { expects: 201, json })).json();
    return { ...user, createdAt };
  },
  async requestConfirmation(from, userId) {
    const { email, message } = (await ask(from, 'POST', `/users/${userId}/confirmation`, { expects: 202 })).json();
    assert.equal(message, 'A mail is on its way.');
    return email;
  },
  async confirm(from, confirmation_token) {
    const json = { confirmation_token };
    const { email, message: outcome } = (await ask(from, 'PUT', '/confirmations', { expects: 200, json })).json();
    return { email, outcome };
  },
});
