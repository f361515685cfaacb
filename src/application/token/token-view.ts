import type { ApiToken, ApiTokenSnapshot, OwnerRules, TokenOwner } from '../../domain/access/api-token.ts';
import type { Scope } from '../../domain/access/scope.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { FoundApiToken } from '../../ports/api-token-queries.ts';

export const TOKEN_STATUSES = ['active', 'expired'] as const;

/** The public fields of an API token, with its status at a moment. Contains no secret and no hash. */
export type TokenView = Omit<ApiTokenSnapshot, 'tokenHash' | 'previous' | 'days'> &
  Readonly<{ status: (typeof TOKEN_STATUSES)[number] }>;

export const tokenView = (token: ApiTokenSnapshot, at: Instant): TokenView => {
  const { tokenHash: _hash, previous: _previous, days: _days, ...view } = token;
  return { ...view, status: at < token.expiresAt ? 'active' : 'expired' };
};

/**
 * A token with what its owner leaves of it.
 * @property owner `null`: the token has none
 * @property blockedBy why it is rejected for now, also while it is active
 * @property lackingScopes its scopes that the owner does not have, so that they do not count
 */
export type OwnedTokenView = TokenView &
  Readonly<{ owner: TokenOwner | null; blockedBy?: 'ban' | 'sample'; lackingScopes: readonly Scope[] }>;

export const ownedTokenView = ({ token, owner }: FoundApiToken, rules: OwnerRules, at: Instant): OwnedTokenView => {
  const { scopes, ...block } = token.within(owner, rules);
  const view = tokenView(token.toSnapshot(), at);
  return { ...view, ...block, owner, lackingScopes: view.scopes.filter((scope) => !scopes.includes(scope)) };
};

/** A save raises the version in the store, and not that of the saved object. */
export const savedTokenView = (token: ApiToken, at: Instant): TokenView =>
  tokenView({ ...token.toSnapshot(), version: token.version + 1 }, at);
