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

    it('gives as many bytes as it is asked for, of every value', () => {
      const source = open();
      for (const count of [0, 1, 29, 1_000]) assert.equal(source.bytes(count).length, count);
      assert.equal(new Set(source.bytes(100_000)).size, 256);
      assert.notDeepEqual(source.bytes(29), source.bytes(29));
    });

    it('gives a secret that does not print', () => {
      assert.equal(`${open().token()} ${JSON.stringify(open().token())}`, '[secret] "[secret]"');
    });
  });
};
