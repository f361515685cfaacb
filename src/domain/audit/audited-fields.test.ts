import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../test/builders/license-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { MachineName } from '../license/activation.ts';
import { LicenseTerms } from '../license/license-terms.ts';
import { BanReason } from '../user/ban.ts';
import { Email } from '../user/email.ts';
import { PasswordHash } from '../user/password-hash.ts';
import { activationChanges, counted, licenseChanges, userChanges } from './audited-fields.ts';

describe('The changes that an audit entry lists', () => {
  it('have neither the values of a person nor anything of a password', () => {
    const before = aUser();
    const after = before
      .changeEmail(Email.parse('countess@example.com'))
      .changeAge(null)
      .setPassword(PasswordHash.parse(`$argon2id$v=19$m=64,t=1,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`));
    const changes = userChanges(before.toSnapshot(), after.toSnapshot());
    assert.deepEqual(changes, [
      { field: 'email', changed: true },
      { field: 'age', changed: true },
      { field: 'password', changed: true },
    ]);
  });

  it('name the role and the status, and a reason without its text', () => {
    const staff = aUser().withRole('support', NEW_YEAR);
    const banned = staff.ban(BanReason.parse('chargeback'), NEW_YEAR);
    assert.deepEqual(userChanges(aUser().toSnapshot(), banned.toSnapshot()), [
      { field: 'role', before: undefined, after: 'support' },
      { field: 'status', before: 'active', after: 'banned' },
      { field: 'reason', changed: true },
    ]);
  });

  it('have the terms of a license by their names in the API, moments in seconds', () => {
    const before = aLicense({ entitlements: ['export'], maxActivations: 3 });
    const change = LicenseTerms.parseChange({
      entitlements: [],
      expiresAt: '2027-01-31T12:00:00Z',
      maxActivations: null,
      metadata: { note: 'secret' },
    });
    const after = before.updateTerms(change, NEW_YEAR);
    assert.deepEqual(licenseChanges(before.toSnapshot(), after.toSnapshot()), [
      { field: 'expires_at', before: undefined, after: '2027-01-31T12:00:00Z' },
      { field: 'max_activations', before: 3, after: undefined },
      { field: 'entitlements', before: ['export'], after: [] },
      { field: 'metadata', changed: true },
    ]);
  });

  it('of a new license begin with the last 4 characters of its key, and leave out empty terms', () => {
    const license = aLicense();
    const changes = licenseChanges(undefined, license.toSnapshot());
    assert.deepEqual(changes[0], { field: 'license_key', before: undefined, after: aKey().slice(-4) });
    const names = changes.map(({ field }) => field);
    assert.deepEqual(names, ['license_key', 'user_id', 'status', 'starts_at', 'grace_days', 'activations']);
  });

  it('do not name a machine', () => {
    const licenseId = aLicense().id;
    const held = { licenseId, fingerprint: aFingerprint(), name: MachineName.parse('Desk'), activatedAt: NEW_YEAR };
    const both = [
      { field: 'fingerprint', changed: true },
      { field: 'name', changed: true },
    ];
    assert.deepEqual(activationChanges(undefined, held), both);
    assert.deepEqual(activationChanges(held, { ...held, name: null }), [{ field: 'name', changed: true }]);
  });

  it('are none where equal values replace one another', () => {
    const license = aLicense({ entitlements: ['export'], metadata: { a: 1 } }).toSnapshot();
    const again = { ...license, entitlements: [...license.entitlements], metadata: { a: 1 }, version: 7 };
    assert.deepEqual(licenseChanges(license, again), []);
  });

  it('count what went along, if anything did', () => {
    assert.deepEqual(counted({ sessions_ended: 2, licenses_removed: 0 }), [{ field: 'sessions_ended', after: 2 }]);
  });
});
