import { hash } from 'node:crypto';
import type { Sha256 } from '../../../domain/audit/audit-chain.ts';
import type { Secret } from '../../../domain/shared/secret.ts';
import { TokenHash } from '../../../domain/user/token-hash.ts';
import type { TokenHasher } from '../../../ports/token-hasher.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** SHA-256: a token of 256 random bits needs neither a salt nor a slow hash. */
export class Sha256TokenHasher implements TokenHasher {
  hash(token: Secret): TokenHash {
    return TokenHash.parse(sha256(token.reveal()));
  }
}
