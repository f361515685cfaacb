import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BanReason } from './ban.ts';

describe('The reason of a ban', () => {
  it('is 1 to 500 characters of any script, on any number of lines, as it was written', () => {
    for (const text of ['x', 'Chargeback of 3 May:\r\n\t“stolen card”', '🐎'.repeat(500), 'e\u0301', ' spaced ']) {
      assert.equal(BanReason.parse(text), text);
    }
  });

  it('is never empty, longer, blank or hidden', () => {
    const texts = ['', '🐎'.repeat(501), ' \n', '\u200b', 'a\0b', '\u001b[2J', 'a\u2028b', 'a\u202eb', '\ud800'];
    for (const text of texts)
      assert.throws(() => BanReason.parse(text), { code: 'user.invalid' }, JSON.stringify(text));
  });
});
