import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../../domain/shared/instant.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { OtpauthPasswords } from './otpauth-passwords.ts';

const passwords = new OtpauthPasswords('Guildhall');
/** `12345678901234567890` in base32. */
const SEED = new Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const at = (seconds: number): Instant => Instant.parse(new Date(seconds * 1_000).toISOString());

describe('OtpauthPasswords', () => {
  // Appendix B of RFC 6238, SHA-1, the last six of the eight digits.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    it(`RFC 6238: knows the code of second ${seconds}`, () => {
      assert.equal(passwords.stepOf(SEED, code, at(seconds)), Math.floor(seconds / 30));
    });
  }

  it('ASVS 6.5.5: takes a code of one step before or after, and of no other', () => {
    for (const [seconds, isTaken] of [
      [1_111_111_109 - 61, false],
      [1_111_111_109 - 30, true],
      [1_111_111_109 + 30, true],
      [1_111_111_109 + 31 + 30, false],
    ] as const) {
      const step = passwords.stepOf(SEED, '081804', at(seconds));
      assert.equal(step, isTaken ? Math.floor(1_111_111_109 / 30) : undefined, `${seconds}`);
    }
  });

  it('takes six ASCII digits only', () => {
    for (const code of ['', '81804', '0081804', ' 081804', '081 804', '٠٨١٨٠٤', 'abcdef']) {
      assert.equal(passwords.stepOf(SEED, code, at(1_111_111_109)), undefined, code);
    }
  });

  it('ASVS 6.5.3: makes seeds of 160 bits, and the URI of an authenticator app', () => {
    const [one, other] = [passwords.newSeed().reveal(), passwords.newSeed().reveal()];
    assert.match(one, /^[A-Z2-7]{32}$/);
    assert.notEqual(one, other);
    const uri = new URL(passwords.uri(SEED, 'ada@example.com'));
    assert.deepEqual([uri.protocol, uri.host, uri.pathname], ['otpauth:', 'totp', '/Guildhall:ada%40example.com']);
    const expected = { issuer: 'Guildhall', secret: SEED.reveal(), algorithm: 'SHA1', digits: '6', period: '30' };
    assert.deepEqual(Object.fromEntries(uri.searchParams), expected);
  });
});
