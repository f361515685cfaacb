import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aSigningKey } from '../../../test/builders/signing-key-builder.ts';
import { Instant } from '../shared/instant.ts';
import { promotionAt, retire, signsFrom } from './signing-key.ts';

describe('A retired signing key', () => {
  it('is published for longer than any file that it signed is valid, and signs no more', () => {
    const key = aSigningKey({ maxTtlMs: 86_400_000 });
    const old = retire(key, NEW_YEAR);
    assert.deepEqual(old, { ...key, sealedPrivateKey: null, publishedUntil: old.publishedUntil });
    assert.ok(String(old.publishedUntil) > Instant.plusMs(NEW_YEAR, 86_400_000));
  });
});

describe('A pending signing key', () => {
  const current = aSigningKey();
  const pending = aSigningKey({ kid: 'key-2', isPending: true });

  it('RFC 9111, 4.2: signs once a JWKS that was cached without it is stale, and a minute later', () => {
    assert.equal(signsFrom(pending), Instant.plusMs(NEW_YEAR, 300_000 + 60_000));
  });

  it('replaces the current key then, and not before', () => {
    const due = signsFrom(pending);
    assert.deepEqual(promotionAt({ current, pending }, Instant.plusMs(due, -1)), []);
    assert.deepEqual(promotionAt({ current, pending }, due), [retire(current, due), { ...pending, isPending: false }]);
    assert.deepEqual(promotionAt({ current, pending: undefined }, due), []);
  });
});
