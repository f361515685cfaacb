import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { ApiTokenInput } from '../../src/domain/access/api-token.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import type { Origin } from './app-driver.ts';
import type { Ask } from './ask.ts';

/** A token that was just created or rotated. */
export type HeldToken = Readonly<{ id: string; token: string }>;

/** The actions on API tokens. */
export interface TokenDriver {
  create(from: Origin, input: ApiTokenInput): Promise<HeldToken>;
  rotate(from: Origin, id: string): Promise<HeldToken>;
  revoke(from: Origin, id: string): Promise<void>;
}

export const tokensInCore = (
  core: () => Pick<UseCases, 'manageTokens'>,
  authenticate: (from: Origin) => Promise<{ caller: Caller }>,
): TokenDriver => {
  const by = async (from: Origin) => ({
    caller: (await authenticate(from)).caller,
    client: { ip: from.ip, userAgent: from.device, requestId: 'feature' },
  });
  return {
    async create(from, input) {
      const { token, secret } = await core().manageTokens.create({ ...(await by(from)), input });
      return { id: token.id, token: secret.reveal() };
    },
    async rotate(from, tokenId) {
      const { token, secret } = await core().manageTokens.rotate({ ...(await by(from)), tokenId });
      return { id: token.id, token: secret.reveal() };
    },
    revoke: async (from, tokenId) => core().manageTokens.revoke({ ...(await by(from)), tokenId }),
  };
};

export const tokensOverHttp = (ask: Ask): TokenDriver => ({
  async create(from, { expiresInDays: expires_in_days, ...rest }) {
    return (await ask(from, 'POST', '/tokens', { expects: 201, json: { ...rest, expires_in_days } })).json();
  },
  rotate: async (from, id) => (await ask(from, 'POST', `/tokens/${id}/rotate`, { expects: 200 })).json(),
  async revoke(from, id) {
    await ask(from, 'DELETE', `/tokens/${id}`, { expects: 204 });
  },
});
