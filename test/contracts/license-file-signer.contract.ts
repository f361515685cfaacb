import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import type { LicenseFileClaims } from '../../src/domain/license/license-file.ts';
import type { SigningKey } from '../../src/domain/license/signing-key.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { LicenseFileSigner } from '../../src/ports/license-file-signer.ts';
import { aSigningKey } from '../builders/signing-key-builder.ts';

export const CLAIMS: LicenseFileClaims = {
  issuer: 'acme',
  licenseId: '019b76da-a800-7000-8000-000000003001',
  audience: 'editor',
  issuedAt: Instant.parse('2026-01-01T00:00:00.000Z'),
  validFrom: Instant.parse('2025-12-31T23:59:00.000Z'),
  validUntil: Instant.parse('2026-01-01T01:00:00.000Z'),
  userId: '019b76da-a800-7000-8000-000000000001',
  product: 'editor',
  fingerprint: 'm1',
  entitlements: ['pdf'],
  licenseExpiresAt: Instant.parse('2026-12-31T00:00:00.000Z'),
};

/** The same claims as a file spells them. */
export const PAYLOAD = {
  iss: 'acme',
  sub: '019b76da-a800-7000-8000-000000003001',
  aud: 'editor',
  iat: 1_767_225_600,
  nbf: 1_767_225_540,
  exp: 1_767_229_200,
  user_id: '019b76da-a800-7000-8000-000000000001',
  product: 'editor',
  fingerprint: 'm1',
  entitlements: ['pdf'],
  license_expires_at: '2026-12-31T00:00:00Z',
};

/** What every LicenseFileSigner promises. `open` gives one with the same secret each time. */
export const licenseFileSignerContract = (adapter: string, open: () => LicenseFileSigner): void => {
  describe(`LicenseFileSigner contract: ${adapter}`, () => {
    it('ASVS 11.4.3 and 11.6.1: signs by Ed25519 with the key it has made, on this instance and on another', async () => {
      const key = await makeKey(open());
      for (const signer of [open(), open()]) {
        const [header = '', payload = '', signature = ''] = (await signer.sign(CLAIMS, key)).split('.');
        const publicKey = createPublicKey({ key: { ...key.publicKey }, format: 'jwk' });
        assert.equal(publicKey.asymmetricKeyType, 'ed25519');
        const text = Buffer.from(`${header}.${payload}`);
        assert.equal(verify(null, text, publicKey, Buffer.from(signature, 'base64url')), true);
        assert.equal(Buffer.from(payload, 'base64url').toString(), JSON.stringify(PAYLOAD));
        assert.deepEqual(parse(header), { alg: 'EdDSA', typ: 'license+jwt', kid: key.kid });
      }
    });

    it('ASVS 11.5.1: makes another key each time', async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => makeKey(open())));
      for (const field of ['kid', 'sealedPrivateKey'] as const) {
        assert.equal(new Set(keys.map((key) => key[field])).size, 20);
      }
    });

    it('ASVS 11.3.3: signs with nothing that was changed at rest', async () => {
      const signer = open();
      const [key, other] = [await makeKey(signer), await makeKey(signer)];
      const sealed = String(key.sealedPrivateKey);
      // The last character has bits that mean nothing.
      for (let at = 0; at < sealed.length - 1; at += 7) {
        const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
        await refuses(signer, { ...key, sealedPrivateKey: flipped });
      }
      await refuses(signer, { ...key, sealedPrivateKey: other.sealedPrivateKey });
      for (const sealedPrivateKey of [null, '', 'v1.', sealed.slice(3), sealed.slice(0, 40)]) {
        await refuses(signer, { ...key, sealedPrivateKey });
      }
    });
  });
};

const makeKey = async (signer: LicenseFileSigner): Promise<SigningKey> => aSigningKey(await signer.makeKey());

const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());

const refuses = (signer: LicenseFileSigner, key: SigningKey) =>
  assert.rejects(signer.sign(CLAIMS, key), { name: 'PortError', code: 'license-file.unavailable' });
