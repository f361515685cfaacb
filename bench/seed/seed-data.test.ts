import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import { countsMachines, personOf, tokenOf, type World } from './seed-data.ts';

const WORLD: World = { at: '2026-01-01T09:30:00.000Z', people: 500, passwordHash: '$argon2id$…' };
const everybody = Array.from({ length: WORLD.people }, (_, nth) => personOf(nth, WORLD));

describe('personOf', () => {
  it('makes the same person of the same world and number, on every machine', () => {
    const again = Array.from({ length: WORLD.people }, (_, nth) => personOf(nth, { ...WORLD }));
    assert.deepEqual(again, everybody);
    const print = createHash('sha256').update(JSON.stringify(everybody)).digest('hex').slice(0, 16);
    assert.equal(print, '545d693464260be7');
  });

  it('makes ids, addresses, tokens and keys that nobody else has, and ids in order of time', () => {
    const ids = everybody.map(({ user }) => user.id);
    assert.deepEqual(ids.toSorted(), ids);
    for (const of of [
      everybody.flatMap(({ user, session, license, checks }) =>
        [user, session, license, ...checks].map(({ id }) => id),
      ),
      everybody.map(({ user }) => user.email_canonical),
      everybody.map(({ session }) => session.token_hash),
      everybody.map(({ license }) => license.license_key),
    ]) {
      assert.equal(new Set(of).size, of.length);
    }
  });

  it('makes license keys that pass their own check, and tokens that have the hash that is kept', () => {
    for (const [nth, { license, session }] of everybody.entries()) {
      assert.equal(LicenseKey.tryParse(license.license_key), license.license_key);
      assert.equal(createHash('sha256').update(tokenOf(nth)).digest('hex'), session.token_hash);
    }
  });

  it('counts as many activations as there are machines', () => {
    for (const [nth, { license, activation }] of everybody.entries()) {
      assert.equal(license.activations, activation === undefined ? 0 : 1);
      assert.equal(license.max_activations === null, !countsMachines(nth));
    }
    assert.ok(everybody.some(({ activation }) => activation === undefined));
  });
});
