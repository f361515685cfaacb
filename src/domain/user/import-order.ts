import { DomainError } from '../shared/domain-error.ts';

const SEED = /^[A-Za-z0-9._-]{1,64}$/;

/** Which random people are wanted, and how many. */
export class ImportOrder {
  readonly count: number;
  /** None: from anywhere. */
  readonly nationalities: readonly string[];
  readonly seed: string | undefined;

  private constructor(count: number, nationalities: readonly string[], seed: string | undefined) {
    this.count = count;
    this.nationalities = nationalities;
    this.seed = seed;
  }

  /**
   * @param wish.nationalities in any case; `known` are those there are people of
   * @throws {DomainError} import.invalid, one sentence per broken rule
   */
  static place(wish: {
    count: number;
    atMost: number;
    nationalities: readonly string[];
    known: readonly string[];
    seed: string | undefined;
  }): ImportOrder {
    const { count, atMost, known, seed } = wish;
    const nationalities = [...new Set(wish.nationalities.map((nationality) => nationality.toUpperCase()))];
    const sentences: string[] = [];
    if (!Number.isInteger(count) || count < 1 || count > atMost) {
      sentences.push(`count must be a whole number from 1 to ${atMost}.`);
    }
    if (nationalities.some((nationality) => !known.includes(nationality))) {
      sentences.push(`nationalities must be of ${known.join(', ')}.`);
    }
    if (seed !== undefined && !SEED.test(seed)) {
      sentences.push('seed must be 1 to 64 letters, digits, dots, hyphens or underscores.');
    }
    if (sentences.length > 0) throw new DomainError('import.invalid', sentences);
    return new ImportOrder(count, nationalities, seed);
  }
}
