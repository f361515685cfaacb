import { hash } from 'node:crypto';
import type { Secret } from '../../../domain/shared/secret.ts';
import { TokenHash } from '../../../domain/user/token-hash.ts';
import type { TokenHasher } from '../../../ports/token-hasher.ts';

/** SHA-256: a token of 256 random bits needs neither a salt nor a slow hash. */
export class Sha256TokenHasher implements TokenHasher {
  hash(token: Secret): TokenHash {
    return TokenHash.parse(hash('sha256', token.reveal(), 'hex'));
  }
}
