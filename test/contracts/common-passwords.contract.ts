import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CommonPasswords } from '../../src/ports/common-passwords.ts';

/** What every CommonPasswords promises, even one that knows none. */
export const commonPasswordsContract = (adapter: string, open: () => CommonPasswords): void => {
  describe(`CommonPasswords contract: ${adapter}`, () => {
    it('does not know a password that one person made up', () => {
      assert.equal(open().has('zwölf graue kähne vor st. petersburg'), false);
    });

    it('treats the names of properties of every JavaScript object as ordinary passwords', () => {
      for (const word of ['__proto__', 'constructor', 'hasownproperty', 'tostring']) {
        assert.equal(open().has(word), false, word);
      }
    });

    it('answers for text of any length and kind', () => {
      for (const text of ['', ' ', '\0', '\ud800', 'ß', 'a'.repeat(1_000_000)]) assert.equal(open().has(text), false);
    });
  });
};
