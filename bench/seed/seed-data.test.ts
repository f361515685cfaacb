import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import { limitsMachines, type Seed, seedRowsOf, tokenOf } from './seed-data.ts';

const SEED: Seed = { createdUntil: '2026-01-01T09:30:00.000Z', users: 500, passwordHash: '$argon2id$…' };
const all = Array.from({ length: SEED.users }, (_, nth) => seedRowsOf(nth, SEED));

describe('seedRowsOf', () => {
  it('returns the same rows for the same seed and number, on every machine', () => {
    const again = Array.from({ length: SEED.users }, (_, nth) => seedRowsOf(nth, { ...SEED }));
    assert.deepEqual(again, all);
    const print = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
    assert.equal(print, '0232e327ad3d16c8');
  });

  it('returns unique ids, addresses, tokens and keys, and ids in order of time', () => {
    const ids = all.map(({ user }) => user.id);
    assert.deepEqual(ids.toSorted(), ids);
    for (const values of [
      all.flatMap(({ user, session, license, checks }) => [user, session, license, ...checks].map(({ id }) => id)),
      all.map(({ user }) => user.email_canonical),
      all.map(({ session }) => session.token_hash),
      all.map(({ license }) => license.license_key),
    ]) {
      assert.equal(new Set(values).size, values.length);
    }
  });

  it('returns license keys with a valid check symbol, and the hash of each token', () => {
    for (const [nth, { license, session }] of all.entries()) {
      assert.equal(LicenseKey.tryParse(license.license_key), license.license_key);
      assert.equal(createHash('sha256').update(tokenOf(nth)).digest('hex'), session.token_hash);
    }
  });

  it('counts the activated machines', () => {
    for (const [nth, { license, activation }] of all.entries()) {
      assert.equal(license.activations, activation === undefined ? 0 : 1);
      assert.equal(license.max_activations === null, !limitsMachines(nth));
    }
    assert.ok(all.some(({ activation }) => activation === undefined));
  });
});
