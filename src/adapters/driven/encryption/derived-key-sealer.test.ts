import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sealerContract } from '../../../../test/contracts/sealer.contract.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';
import { DerivedKey } from './derived-key.ts';
import { DerivedKeySealer } from './derived-key-sealer.ts';

const SECRET = new Secret('a secret of thirty-two characters');

sealerContract('AES-256-GCM', ({ current, old }) => new DerivedKeySealer(() => ({ current, old })));

describe('DerivedKeySealer', () => {
  // Computed with the Python packages hmac, hashlib and cryptography.
  it('opens the vector of another implementation: HKDF, AES-256-GCM, key id and form', () => {
    const sealer = new DerivedKeySealer(() => ({ current: SECRET, old: undefined }));
    assert.equal(sealer.keyIds().current, 'e1628a10');
    const place = { table: 'second_factors', column: 'seed', rowId: '0190a0d4' } as const;
    const sealed = 'e1628a10.AAECAwQFBgcICQoLaiMGloMflrO8ZTpIV0V8y37dvd2Esbo-dJP-NQbPnn0';
    assert.equal(sealer.open(sealed, place).reveal(), 'JBSWY3DPEHPK3PXP');
  });

  it('reads the secrets at first use, once', () => {
    let asked = 0;
    const sealer = new DerivedKeySealer(() => {
      asked += 1;
      return { current: SECRET, old: undefined };
    });
    assert.equal(asked, 0);
    sealer.keyIds();
    sealer.keyIds();
    assert.equal(asked, 1);
  });
});

describe('A generated secret that cannot be read', () => {
  it('makes sealing unavailable', () => {
    const message = 'data/license-key-secret can be read by others';
    const sealer = new DerivedKeySealer(() => {
      throw new PortError('license-file.unavailable', message);
    });
    assert.throws(() => sealer.keyIds(), { name: 'PortError', code: 'sealing.unavailable', message });
  });
});

describe('DerivedKey', () => {
  it('ASVS 11.3.4: uses a fresh nonce each time', () => {
    const key = new DerivedKey(SECRET, 'test');
    const nonces = Array.from({ length: 20_000 }, () => key.encrypt(new Uint8Array(1), 'row').slice(0, 16));
    assert.equal(new Set(nonces).size, 20_000);
  });

  it('hides what it encrypts, and decrypts it with the same secret, label and associated data', () => {
    const encrypted = new DerivedKey(SECRET, 'test').encrypt(Buffer.from('private'), 'row');
    assert.ok(!Buffer.from(encrypted, 'base64url').includes('private'));
    assert.equal(new DerivedKey(SECRET, 'test').decrypt(encrypted, 'row').toString(), 'private');
    assert.throws(() => new DerivedKey(SECRET, 'test').decrypt(encrypted, 'other row'));
    assert.throws(() => new DerivedKey(SECRET, 'other').decrypt(encrypted, 'row'));
    assert.throws(() => new DerivedKey(new Secret('other'), 'test').decrypt(encrypted, 'row'));
  });
});
