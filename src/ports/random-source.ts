import type { Secret } from '../domain/shared/secret.ts';

/** Unpredictable random values. */
export interface RandomSource {
  /** 256 random bits as 43 URL-safe characters. */
  token(): Secret;

  /**
   * A whole number from 0 up to, not including, `end`; each is equally likely.
   * @param end 1 to 2 ** 32
   */
  below(end: number): number;
}
