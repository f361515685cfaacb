import { randomBytes } from 'node:crypto';
import type { RandomUser, RandomUserQuery, RandomUserSource } from '../../src/ports/random-user-source.ts';
import { SeededRandom } from './seeded-random.ts';

const NAMES: Readonly<Record<string, Readonly<{ first: readonly string[]; last: readonly string[] }>>> = {
  FR: { first: ['Anaïs', 'Zoé', 'Noël', 'Gaël', 'Inès'], last: ['Roussel', "d'Arcy", 'Lefèvre', 'Hubert'] },
  GB: { first: ['Ada', 'Grace', 'Alan', 'Rose', 'Dylan'], last: ['Hopper', "O'Connor", 'Simpson', 'Porter'] },
  IR: { first: ['آرمین', 'سهیل', 'کیانا'], last: ['کریمی', 'نجاتی'] },
};

/** Generates people without a network. Addresses are numbered, so that one seed gives none twice. */
export class MemoryRandomUsers implements RandomUserSource {
  readonly nationalities = Object.keys(NAMES);

  async draw({ count, nationalities, seed, page }: RandomUserQuery): Promise<readonly RandomUser[]> {
    const key = seed ?? randomBytes(8).toString('hex');
    const random = new SeededRandom(`${key} ${page}`);
    const prefix = random.below(2 ** 32);
    const oneOf = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
    return Array.from({ length: count }, (_, index) => {
      const { first, last } = NAMES[oneOf(nationalities.length === 0 ? this.nationalities : nationalities)] ?? {
        first: ['Missing'],
        last: ['Nowhere'],
      };
      return {
        name: `${oneOf(first)} ${oneOf(last)}`,
        email: `${prefix}.${index + 1}@example.com`,
      };
    });
  }
}
