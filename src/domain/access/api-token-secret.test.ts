import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { Secret } from '../shared/secret.ts';
import { ApiTokenSecret } from './api-token-secret.ts';

const VECTOR = 'gld_api_0123456789abcdefghijABCDEFGHIJKL1d28u7';
const isWellFormed = (text: string) => ApiTokenSecret.isWellFormed(new Secret(text));

describe('ApiTokenSecret', () => {
  it('has a checksum that other programs compute too', () => {
    assert.equal(isWellFormed(VECTOR), true);
    assert.equal(parseInt62(VECTOR.slice(-6)), crc32(VECTOR.slice(0, -6)));
  });

  it('pads a small checksum with zeros', () => {
    const found = Array.from({ length: 1_000 }, (_, n) => String(n).padStart(32, '0')).find(
      (text) => crc32(`gld_api_${text}`) < 62 ** 5,
    );
    assert.ok(found);
    const padded = base62(crc32(`gld_api_${found}`)).padStart(6, '0');
    assert.match(padded, /^0/);
    assert.equal(isWellFormed(`gld_api_${found}${padded}`), true);
    assert.equal(isWellFormed(`gld_api_${found}${padded.slice(1)}`), false);
  });

  it('is generated from 32 random characters of the whole alphabet', () => {
    const asked: number[] = [];
    const low = ApiTokenSecret.generate((end) => {
      asked.push(end);
      return 0;
    });
    assert.deepEqual(asked, new Array(32).fill(62));
    assert.match(low.reveal(), /^gld_api_0{32}[0-9A-Za-z]{6}$/);
    const high = ApiTokenSecret.generate((end) => end - 1);
    assert.match(high.reveal(), /^gld_api_z{32}[0-9A-Za-z]{6}$/);
    for (const secret of [low, high]) assert.equal(ApiTokenSecret.isWellFormed(secret), true);
  });

  it('detects every single wrong character', () => {
    for (let index = 0; index < VECTOR.length; index += 1) {
      const other = VECTOR[index] === 'x' ? 'y' : 'x';
      assert.equal(isWellFormed(VECTOR.slice(0, index) + other + VECTOR.slice(index + 1)), false, String(index));
    }
  });

  it('rejects text of another length, alphabet or prefix', () => {
    for (const text of ['', 'gld_api_', VECTOR.slice(1), VECTOR.slice(0, -1), `${VECTOR}0`, `${VECTOR}\n`]) {
      assert.equal(isWellFormed(text), false, JSON.stringify(text));
    }
    assert.equal(isWellFormed(VECTOR.replace('0', 'é')), false);
    assert.equal(isWellFormed(VECTOR.replace('gld', 'GLD')), false);
  });

  it('differs from other credentials by its prefix', () => {
    for (const text of [VECTOR, 'gld_api_', 'gld_api_x']) {
      assert.equal(ApiTokenSecret.hasPrefix(new Secret(text)), true);
    }
    for (const text of ['', 'gld_ap', 'GLD_API_x', ` ${VECTOR}`]) {
      assert.equal(ApiTokenSecret.hasPrefix(new Secret(text)), false);
    }
  });

  it('has its last four characters as a hint', () => {
    assert.equal(ApiTokenSecret.hint(new Secret(VECTOR)), '28u7');
  });
});

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const parseInt62 = (text: string) => [...text].reduce((value, digit) => value * 62 + DIGITS.indexOf(digit), 0);
const base62 = (value: number): string =>
  value < 62 ? (DIGITS[value] ?? '') : base62(Math.floor(value / 62)) + DIGITS[value % 62];
