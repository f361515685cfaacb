import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RandomSource } from '../../src/ports/random-source.ts';

/** What every RandomSource promises. */
export const randomSourceContract = (adapter: string, open: () => RandomSource): void => {
  describe(`RandomSource contract: ${adapter}`, () => {
    it('ASVS 11.5.1: gives 256 bits as 43 URL-safe characters', () => {
      const token = open().token().reveal();
      assert.match(token, /^[A-Za-z0-9_-]{43}$/);
      assert.equal(Buffer.from(token, 'base64url').length, 32);
    });

    it('ASVS 7.2.3: gives no token twice', () => {
      const [one, other] = [open(), open()];
      const given = new Set<string>();
      for (let nth = 0; nth < 100_000; nth += 1) given.add(one.token().reveal()).add(other.token().reveal());
      assert.equal(given.size, 200_000);
    });

    // Chi-square over 256 values has mean 255 and deviation 23: chance leaves these bounds less than once in 10^12 runs.
    it('ASVS 7.2.3: gives every byte value equally often at every place', () => {
      const source = open();
      const tokens = Array.from({ length: 50_000 }, () => Buffer.from(source.token().reveal(), 'base64url'));
      for (let place = 0; place < 32; place += 1) {
        const counts = new Array<number>(256).fill(0);
        for (const token of tokens) counts[token[place] ?? 0] = (counts[token[place] ?? 0] ?? 0) + 1;
        const expected = tokens.length / 256;
        const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
        assert.ok(chiSquare > 110 && chiSquare < 460, `chi-square ${chiSquare} at byte ${place}`);
      }
    });

    it('draws every number below the end, equally often', () => {
      const source = open();
      for (const end of [2, 10, 94, 1000]) {
        const draws = end * 500;
        const counts = new Array<number>(end).fill(0);
        for (let nth = 0; nth < draws; nth += 1) {
          const drawn = source.below(end);
          assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < end, `${drawn} below ${end}`);
          counts[drawn] = (counts[drawn] ?? 0) + 1;
        }
        const chiSquare = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
        const freedom = end - 1;
        assert.ok(chiSquare < freedom + 8 * Math.sqrt(2 * freedom) + 20, `chi-square ${chiSquare} below ${end}`);
      }
    });

    // The rest of a division by 3 * 2^30 would have the first third of all numbers twice as often as the others.
    it('draws without bias where the end divides no power of two', () => {
      const source = open();
      const third = 2 ** 30;
      let low = 0;
      for (let nth = 0; nth < 30_000; nth += 1) if (source.below(3 * third) < third) low += 1;
      assert.ok(Math.abs(low - 10_000) < 800, `${low} of 30,000 in the first third`);
    });

    it('has no choice below 1, and all of 32 bits at the most', () => {
      const source = open();
      assert.equal(source.below(1), 0);
      const drawn = Array.from({ length: 200 }, () => source.below(2 ** 32));
      assert.ok(Math.max(...drawn) > 2 ** 31 && Math.max(...drawn) < 2 ** 32 && Math.min(...drawn) < 2 ** 31);
    });

    it('gives a secret that does not print', () => {
      assert.equal(`${open().token()} ${JSON.stringify(open().token())}`, '[secret] "[secret]"');
    });
  });
};
