import type { Brand } from '../shared/brand.ts';
import { invariant } from '../shared/invariant.ts';

/** SHA-256 of a token, 64 hex digits. The token itself is never stored. */
export type TokenHash = Brand<string, 'TokenHash'>;

export const TokenHash = {
  /** Anything but 64 characters is a damaged row and breaks an invariant. */
  parse(raw: string): TokenHash {
    invariant(raw.length === 64, 'A token hash is not 64 characters long');
    return raw as TokenHash;
  },
};
