import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { licenseFileClaims } from '../../domain/license/license-file.ts';
import { VerifyLicenseFile } from './verify-license-file.ts';

describe('VerifyLicenseFile', () => {
  it('takes a product in any Unicode form, as a validation does', async () => {
    const license = aLicense({ product: 'Caf\u00e9' }).toSnapshot();
    const request = { fingerprint: undefined, ttlMs: 60_000 };
    const claims = licenseFileClaims({ license, isActivated: false }, request, { issuer: 'acme', at: NEW_YEAR });
    const signed = { claims, payload: {} as never };
    const licenseFileReader = { read: async () => signed };
    const verifying = new VerifyLicenseFile({ licenseFileReader, clock: new FixedClock(NEW_YEAR), leewayMs: 0 });
    const verify = (product: string) => verifying.execute({ file: '', keys: {}, product });
    assert.equal(await verify('Cafe\u0301'), signed);
    await assert.rejects(verify('Cafe'), { code: 'license-file.refused' });
  });
});
