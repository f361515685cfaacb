import { randomBytes, randomInt } from 'node:crypto';
import { Secret } from '../../../domain/shared/secret.ts';
import type { RandomSource } from '../../../ports/random-source.ts';

const TOKEN_BYTES = 32;

export class CryptoRandom implements RandomSource {
  token(): Secret {
    return new Secret(randomBytes(TOKEN_BYTES).toString('base64url'));
  }

  below(end: number): number {
    return randomInt(end);
  }
}
