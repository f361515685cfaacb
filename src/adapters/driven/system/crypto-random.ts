import { randomBytes } from 'node:crypto';
import { Secret } from '../../../domain/shared/secret.ts';
import type { RandomSource } from '../../../ports/random-source.ts';

const TOKEN_BYTES = 32;

export class CryptoRandom implements RandomSource {
  token(): Secret {
    return new Secret(randomBytes(TOKEN_BYTES).toString('base64url'));
  }

  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }
}
