import { DomainError } from '../shared/domain-error.ts';

const SEED = /^[A-Za-z0-9._-]{1,64}$/;

/** Which random people are wanted, and how many. */
export class ImportOptions {
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
   * @param options.nationalities in any case; `known` are those there are people of
   * @throws {DomainError} import.invalid, one sentence per broken rule
   */
  static parse(options: {
    count: number;
    atMost: number;
    nationalities: readonly string[];
    known: readonly string[];
    seed: string | undefined;
  }): ImportOptions {
    const { count, atMost, known, seed } = options;
    const nationalities = [...new Set(options.nationalities.map((nationality) => nationality.toUpperCase()))];
    const messages: string[] = [];
    if (!Number.isInteger(count) || count < 1 || count > atMost) {
      messages.push(`count must be a whole number from 1 to ${atMost}.`);
    }
    if (nationalities.some((nationality) => !known.includes(nationality))) {
      messages.push(`nationalities must be of ${known.join(', ')}.`);
    }
    if (seed !== undefined && !SEED.test(seed)) {
      messages.push('seed must be 1 to 64 letters, digits, dots, hyphens or underscores.');
    }
    if (messages.length > 0) throw new DomainError('import.invalid', messages);
    return new ImportOptions(count, nationalities, seed);
  }
}
