import type { Secret } from '../domain/shared/secret.ts';

/** Chance that nobody can guess. */
export interface RandomSource {
  /** 256 random bits as 43 URL-safe characters. */
  token(): Secret;

  /** So many random bytes. */
  bytes(count: number): Uint8Array;
}
