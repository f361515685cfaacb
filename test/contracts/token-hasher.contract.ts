import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { TokenHasher } from '../../src/ports/token-hasher.ts';

/** What every TokenHasher promises. */
export const tokenHasherContract = (adapter: string, open: () => TokenHasher): void => {
  describe(`TokenHasher contract: ${adapter}`, () => {
    it('gives the same hash for the same token, on every instance', () => {
      assert.equal(open().hash(new Secret('a token')), open().hash(new Secret('a token')));
    });

    it('gives 64 hex digits in lower case for a token of any length', () => {
      for (const token of ['', 'short', 'x'.repeat(100_000), 'ünïcode']) {
        assert.match(open().hash(new Secret(token)), /^[0-9a-f]{64}$/);
      }
    });

    it('gives another hash for another token, however alike', () => {
      const token = 'b'.repeat(43);
      const alike = Array.from(token, (_, at) => `${token.slice(0, at)}c${token.slice(at + 1)}`);
      const hashes = [token, token.toUpperCase(), `${token} `, ...alike].map((text) => open().hash(new Secret(text)));
      assert.equal(new Set(hashes).size, hashes.length);
    });

    it('does not show the token in its hash', () => {
      assert.equal(open().hash(new Secret('deadbeef')).includes('deadbeef'), false);
    });
  });
};
