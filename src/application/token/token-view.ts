import type { ApiToken, ApiTokenSnapshot } from '../../domain/access/api-token.ts';
import type { Instant } from '../../domain/shared/instant.ts';

export const TOKEN_STATUSES = ['active', 'expired'] as const;

/** The public fields of an API token, with its status at a moment. Contains no secret and no hash. */
export type TokenView = Omit<ApiTokenSnapshot, 'tokenHash' | 'previous' | 'days'> &
  Readonly<{ status: (typeof TOKEN_STATUSES)[number] }>;

export const tokenView = (token: ApiTokenSnapshot, at: Instant): TokenView => {
  const { tokenHash: _hash, previous: _previous, days: _days, ...view } = token;
  return { ...view, status: at < token.expiresAt ? 'active' : 'expired' };
};

/** A save raises the version in the store, and not that of the saved object. */
export const savedTokenView = (token: ApiToken, at: Instant): TokenView =>
  tokenView({ ...token.toSnapshot(), version: token.version + 1 }, at);
