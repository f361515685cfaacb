import { hash } from 'node:crypto';
import type { Secret } from '../../../domain/shared/secret.ts';
import { TokenHash } from '../../../domain/user/token-hash.ts';
import type { TokenHasher } from '../../../ports/token-hasher.ts';

/** Plain SHA-256: a token of 256 random bits needs neither salt nor slowness. */
export class Sha256TokenHasher implements TokenHasher {
  hash(token: Secret): TokenHash {
    // The one-shot form; `createHash` takes four times as long, and this runs at every request.
    return TokenHash.parse(hash('sha256', token.reveal(), 'hex'));
  }
}
