import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aSigningKey } from '../../../test/builders/signing-key-builder.ts';
import { Instant } from '../shared/instant.ts';
import { retire } from './signing-key.ts';

describe('A retired signing key', () => {
  it('is shown for longer than any file of its own lives, and can sign no more', () => {
    const key = aSigningKey({ maxTtlMs: 86_400_000 });
    const old = retire(key, NEW_YEAR);
    assert.deepEqual(old, { ...key, sealedPrivateKey: null, publishedUntil: old.publishedUntil });
    assert.ok(String(old.publishedUntil) > Instant.plusMs(NEW_YEAR, 86_400_000));
  });
});
