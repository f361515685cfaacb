import type { Secret } from '../domain/shared/secret.ts';

/** Chance that nobody can guess. Every adapter passes test/contracts/random-source.contract.ts. */
export interface RandomSource {
  /** 256 random bits as 43 URL-safe characters. */
  token(): Secret;

  /**
   * A whole number from 0 up to, not including, `end`; each exactly as likely as the others.
   * @param end 1 to 2 ** 32
   */
  below(end: number): number;
}
