import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokenInvariant } from '../shared/invariant.ts';
import { PasswordHash } from './password-hash.ts';
import { TokenHash } from './token-hash.ts';

describe('PasswordHash', () => {
  it('is an argon2id PHC string', () => {
    const phc = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
    assert.equal(PasswordHash.parse(phc), phc);
  });

  it('takes anything else for a damaged row and does not repeat it', () => {
    for (const raw of ['', 'correct horse', '$argon2i$v=19$m=8$c$d', '$2b$12$abc', ' $argon2id$v=19$']) {
      assert.throws(
        () => PasswordHash.parse(raw),
        (error) => error instanceof BrokenInvariant && (raw === '' || !error.message.includes(raw)),
        raw,
      );
    }
  });
});

describe('TokenHash', () => {
  it('is 64 characters long', () => {
    assert.equal(TokenHash.parse('5e'.repeat(32)), '5e'.repeat(32));
  });

  it('takes anything else for a damaged row and does not repeat it', () => {
    for (const raw of ['', '5e'.repeat(31), `${'5e'.repeat(32)}5`]) {
      assert.throws(
        () => TokenHash.parse(raw),
        (error) => error instanceof BrokenInvariant && !error.message.includes('5e'),
        raw,
      );
    }
  });
});
