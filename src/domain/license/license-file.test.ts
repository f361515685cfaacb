import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { DomainError } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import type { License } from './license.ts';
import { assertLicenseFileValid, type LicenseFileClaims, licenseFileClaims } from './license-file.ts';

const inDays = (days: number, ms = 0): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS + ms);

const fileFor = (license: License, { at = NEW_YEAR, ttlMs = DAY_MS, isActivated = true, fingerprint = 'm1' } = {}) =>
  licenseFileClaims({ license: license.toSnapshot(), isActivated }, { fingerprint, ttlMs }, { issuer: 'acme', at });

const in30Days = { expiresAt: '2026-01-31T00:00:00Z' };

describe('licenseFileClaims', () => {
  it('contains all that an application needs offline', () => {
    const license = aLicense({ product: 'editor', entitlements: ['pdf'], maxActivations: 2, ...in30Days });
    assert.deepEqual(fileFor(license), {
      issuer: 'acme',
      licenseId: anId(0x3001),
      audience: 'editor',
      issuedAt: NEW_YEAR,
      validFrom: inDays(0, -60_000),
      validUntil: inDays(1),
      userId: anId(1),
      product: 'editor',
      fingerprint: 'm1',
      entitlements: ['pdf'],
      licenseExpiresAt: inDays(30),
    });
  });

  it('has times in whole seconds', () => {
    const license = aLicense({ expiresAt: '2026-01-03T00:00:00Z' });
    const { issuedAt, validFrom, validUntil } = fileFor(license, { at: inDays(1, 999), ttlMs: 1_999 });
    assert.deepEqual([issuedAt, validFrom, validUntil], [inDays(1), inDays(1, -60_000), inDays(1, 1_000)]);
  });

  it('ASVS 9.2.4: names the issuer as its audience where there is no product', () => {
    const { audience, product, licenseExpiresAt } = fileFor(aLicense());
    assert.deepEqual([audience, product, licenseExpiresAt], ['acme', null, null]);
  });

  it('never expires later than the license itself, without its grace period', () => {
    const license = aLicense({ ...in30Days, graceDays: 10 });
    const endOf = (at: Instant) => fileFor(license, { at, ttlMs: 7 * DAY_MS }).validUntil;
    assert.equal(endOf(inDays(22)), inDays(29));
    assert.equal(endOf(inDays(23)), inDays(30));
    assert.equal(endOf(inDays(24)), inDays(30));
    assert.equal(endOf(inDays(30, -1)), inDays(30), 'one second at least is left of it');
  });

  it('is for no license that is not valid now, and for none in grace', () => {
    const refused = (license: License, options: Parameters<typeof fileFor>[1] = {}) => {
      try {
        return fileFor(license, options);
      } catch (error) {
        assert.ok(error instanceof DomainError, String(error));
        return error.code;
      }
    };
    assert.equal(refused(aLicense({ status: 'revoked' })), 'license.state');
    assert.equal(refused(aLicense({ status: 'suspended' })), 'license.state');
    assert.equal(refused(aLicense({ startsAt: '2026-02-01T00:00:00Z' })), 'license.state');
    assert.equal(refused(aLicense(in30Days), { at: inDays(30) }), 'license.state');
    assert.equal(refused(aLicense({ ...in30Days, graceDays: 10 }), { at: inDays(30) }), 'license.state');
    assert.equal(refused(aLicense(), { isActivated: false }), 'license.not-activated');
    assert.equal(refused(aLicense({ maxActivations: 1, activations: 2 })), 'license.activation-limit');
    const withoutMachine = () =>
      licenseFileClaims(
        { license: aLicense({ maxActivations: 1 }).toSnapshot(), isActivated: false },
        { ttlMs: DAY_MS },
        { issuer: 'acme', at: NEW_YEAR },
      );
    assert.throws(withoutMachine, { code: 'license.invalid', message: /fingerprint/ });
  });

  it('is for no machine in particular where machines are not counted and none is named', () => {
    const options = { ttlMs: DAY_MS };
    const found = { license: aLicense().toSnapshot(), isActivated: false };
    assert.equal(licenseFileClaims(found, options, { issuer: 'acme', at: NEW_YEAR }).fingerprint, null);
  });
});

describe('assertLicenseFileValid', () => {
  const file = fileFor(aLicense({ product: 'editor' }));
  const reasons = (claims: LicenseFileClaims, asked: Parameters<typeof assertLicenseFileValid>[1], at = NEW_YEAR) => {
    try {
      assertLicenseFileValid(claims, asked, at);
      return [];
    } catch (error) {
      assert.ok(error instanceof DomainError && error.code === 'license-file.refused', String(error));
      return error.messages;
    }
  };

  it('ASVS 9.2.1: lets a file serve from nbf on and before exp', () => {
    assert.deepEqual(reasons(file, {}, inDays(0, -60_001)), ['The license file is not good yet.']);
    assert.deepEqual(reasons(file, {}, inDays(0, -60_000)), []);
    assert.deepEqual(reasons(file, {}, NEW_YEAR), []);
    assert.deepEqual(reasons(file, {}, inDays(1, -1)), []);
    assert.deepEqual(reasons(file, {}, inDays(1)), ['The license file has expired.']);
  });

  it('tolerates a clock that differs by the leeway, on both sides (auth0/node-jsonwebtoken#141)', () => {
    const leeway = { leewayMs: 60_000 };
    assert.deepEqual(reasons(file, leeway, inDays(0, -120_000)), []);
    assert.deepEqual(reasons(file, leeway, inDays(0, -120_001)), ['The license file is not good yet.']);
    assert.deepEqual(reasons(file, leeway, inDays(1, 59_999)), []);
    assert.deepEqual(reasons(file, leeway, inDays(1, 60_000)), ['The license file has expired.']);
  });

  it('ASVS 9.2.3: lets no file serve another machine or another product', () => {
    assert.deepEqual(reasons(file, { fingerprint: 'm1', product: 'editor' }), []);
    assert.deepEqual(reasons(file, { fingerprint: 'm2' }), ['The license file is for another machine.']);
    assert.deepEqual(reasons(file, { product: 'other' }), ['The license file is for another product.']);
    assert.deepEqual(reasons({ ...file, fingerprint: null }, { fingerprint: 'm1' }), [
      'The license file is for no machine in particular.',
    ]);
    assert.deepEqual(reasons({ ...file, audience: 'other' }, { product: 'editor' }).length, 1);
  });

  it('reports all reasons at once', () => {
    assert.equal(reasons(file, { fingerprint: 'm2', product: 'other' }, inDays(2)).length, 3);
  });
});
