import type { Brand } from '../shared/brand.ts';
import { invariant } from '../shared/invariant.ts';

/** SHA-256 of a token, 64 hex digits. The token itself is never kept. */
export type TokenHash = Brand<string, 'TokenHash'>;

export const TokenHash = {
  parse(raw: string): TokenHash {
    invariant(raw.length === 64, 'A token hash is not 64 characters long');
    return raw as TokenHash;
  },
};
