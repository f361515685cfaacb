import { DomainError } from '../shared/domain-error.ts';
import { type Message, message } from '../shared/message.ts';

const SEED = /^[A-Za-z0-9._-]{1,64}$/;

/** Selects the random users of an import. */
export class ImportOptions {
  readonly count: number;
  /** Two-letter codes; empty: all nationalities. */
  readonly nationalities: readonly string[];
  readonly seed: string | undefined;

  private constructor(count: number, nationalities: readonly string[], seed: string | undefined) {
    this.count = count;
    this.nationalities = nationalities;
    this.seed = seed;
  }

  /**
   * @param input.nationalities in any case
   * @param input.known the nationalities of the source
   * @throws {DomainError} import.invalid, with all broken rules
   */
  static parse(input: {
    count: number;
    atMost: number;
    nationalities: readonly string[];
    known: readonly string[];
    seed: string | undefined;
  }): ImportOptions {
    const { count, atMost, known, seed } = input;
    const nationalities = [...new Set(input.nationalities.map((nationality) => nationality.toUpperCase()))];
    const details: Message[] = [];
    if (!Number.isInteger(count) || count < 1 || count > atMost) {
      details.push(message`${'count'} must be a whole number from 1 to ${atMost}.`);
    }
    if (nationalities.some((nationality) => !known.includes(nationality))) {
      details.push(message`${'nationalities'} must be of ${known}.`);
    }
    if (seed !== undefined && !SEED.test(seed)) {
      details.push(message`${'seed'} must be 1 to 64 letters, digits, dots, hyphens or underscores.`);
    }
    if (details.length > 0) throw new DomainError('import.invalid', details);
    return new ImportOptions(count, nationalities, seed);
  }
}
