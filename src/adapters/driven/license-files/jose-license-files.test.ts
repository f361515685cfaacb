import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { aSigningKey } from '../../../../test/builders/signing-key-builder.ts';
import { CLAIMS, licenseFileSignerContract, PAYLOAD } from '../../../../test/contracts/license-file-signer.contract.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { DerivedKey } from '../encryption/derived-key.ts';
import { JoseLicenseFileReader } from './jose-license-file-reader.ts';
import { JoseLicenseFileSigner, SIGNING_KEY_LABEL } from './jose-license-file-signer.ts';

const SECRET = new Secret('a secret of more than thirty-two characters');

const encryptionUnder = (secret: Secret) => new DerivedKey(secret, SIGNING_KEY_LABEL);
const ENCRYPTION = encryptionUnder(SECRET);

licenseFileSignerContract('jose', () => new JoseLicenseFileSigner(() => ENCRYPTION));

describe('JoseLicenseFileSigner', () => {
  it('reads the secret at first use, once', async () => {
    let asked = 0;
    const signer = new JoseLicenseFileSigner(() => {
      asked += 1;
      return ENCRYPTION;
    });
    assert.equal(asked, 0);
    const key = aSigningKey(await signer.makeKey());
    await signer.sign(CLAIMS, key);
    assert.equal(asked, 1);
  });

  it('ASVS 11.2.5: creates and signs nothing without the secret or with another one', async () => {
    const key = aSigningKey(await new JoseLicenseFileSigner(() => ENCRYPTION).makeKey());
    const unavailable = { name: 'PortError', code: 'license-file.unavailable' };
    const without = new JoseLicenseFileSigner(() => undefined);
    await assert.rejects(without.makeKey(), unavailable);
    await assert.rejects(without.sign(CLAIMS, key), unavailable);
    const other = new JoseLicenseFileSigner(() =>
      encryptionUnder(new Secret('another secret of thirty-two characters')),
    );
    await assert.rejects(other.sign(CLAIMS, key), unavailable);
  });
});

describe('The stored private key', () => {
  it('is read in the form in which earlier versions wrote it', () => {
    const [stored, kid] = ['v1.W3P30_bK8O-jLNl2t7WqHvOXXYUC-ToZLOb7tGLfES9jTRc', 'key-1'];
    assert.equal(ENCRYPTION.decrypt(stored.slice(3), kid).toString(), 'private');
  });
});

const READ = { claims: CLAIMS, payload: PAYLOAD };

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('JoseLicenseFileReader', () => {
  const signer = new JoseLicenseFileSigner(() => ENCRYPTION);
  const reader = new JoseLicenseFileReader();
  const made = async () => {
    const key = aSigningKey(await signer.makeKey());
    const der = ENCRYPTION.decrypt(String(key.sealedPrivateKey).slice('v1.'.length), key.kid);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const keys = { keys: [{ ...key.publicKey, kid: key.kid, alg: 'EdDSA', use: 'sig' }] };
    return { key, privateKey, keys, file: await signer.sign(CLAIMS, key) };
  };
  /** A JWS as an attacker would make it, with whatever header. */
  const forged = (header: object, privateKey: KeyObject, claims: unknown = PAYLOAD) => {
    const text = `${encoded(header)}.${encoded(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const refuses = (file: string, keys: unknown, what: string) =>
    assert.rejects(reader.read(file, keys), { code: 'license-file.refused' }, what);

  it('reads a signed file', async () => {
    const { file, keys } = await made();
    assert.deepEqual(await reader.read(file, keys), READ);
  });

  it('reads a file of a license without an end', async () => {
    const { key, keys } = await made();
    const file = await signer.sign({ ...CLAIMS, licenseExpiresAt: null }, key);
    const { claims, payload } = await reader.read(file, keys);
    assert.deepEqual([claims.licenseExpiresAt, payload], [null, { ...PAYLOAD, license_expires_at: null }]);
  });

  it('selects the key by its id', async () => {
    const [one, other] = [await made(), await made()];
    const keys = { keys: [...one.keys.keys, ...other.keys.keys] };
    for (const { file } of [one, other]) assert.deepEqual(await reader.read(file, keys), READ);
  });

  it('ASVS 4.1.5 and 9.1.1: rejects a file with any bit changed', async () => {
    const { file, keys } = await made();
    // The last character has bits that mean nothing.
    for (let at = 0; at < file.length - 1; at += 5) {
      const bent = `${file.slice(0, at)}${file[at] === 'A' ? 'B' : 'A'}${file.slice(at + 1)}`;
      await refuses(bent, keys, `character ${at}`);
    }
  });

  it('ASVS 9.1.2: accepts EdDSA only', async () => {
    const { key, keys } = await made();
    const none = `${encoded({ alg: 'none', kid: key.kid, typ: 'license+jwt' })}.${encoded(PAYLOAD)}.`;
    await refuses(none, keys, 'none');
    const head = `${encoded({ alg: 'HS256', kid: key.kid, typ: 'license+jwt' })}.${encoded(PAYLOAD)}`;
    const mac = createHmac('sha256', Buffer.from(key.publicKey.x, 'base64url')).update(head).digest('base64url');
    await refuses(`${head}.${mac}`, keys, 'HS256 with the public key as secret');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsaKeys = { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' }] };
    const text = `${encoded({ alg: 'RS256', kid: 'rsa', typ: 'license+jwt' })}.${encoded(PAYLOAD)}`;
    const signature = sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url');
    await refuses(`${text}.${signature}`, rsaKeys, 'RS256, even with a key of its own');
  });

  it('ASVS 9.1.3: takes keys from the JWKS only', async () => {
    const { key, keys } = await made();
    const thief = generateKeyPairSync('ed25519');
    const jwk = thief.publicKey.export({ format: 'jwk' });
    const header = { alg: 'EdDSA', kid: key.kid, typ: 'license+jwt', jwk, jku: 'https://thief.example/jwks.json' };
    await refuses(forged(header, thief.privateKey), keys, 'a key in the header');
    await refuses(forged({ ...header, kid: 'thief' }, thief.privateKey), keys, 'an unknown key id');
    for (const other of [{ keys: [] }, {}, null, 'keys', { keys: [{}] }]) {
      await refuses((await made()).file, other, JSON.stringify(other));
    }
  });

  it('ASVS 9.2.2: rejects other JWTs signed by the same key', async () => {
    const { key, keys, privateKey } = await made();
    const header = { alg: 'EdDSA', kid: key.kid, typ: 'license+jwt' };
    assert.deepEqual(await reader.read(forged(header, privateKey), keys), READ);
    await refuses(forged({ ...header, typ: 'JWT' }, privateKey), keys, 'another type');
    await refuses(forged({ alg: 'EdDSA', kid: key.kid }, privateKey), keys, 'no type');
    await refuses(forged({ alg: 'EdDSA', typ: 'license+jwt' }, privateKey), keys, 'no key id');
    await refuses(forged({ ...header, crit: ['b64'], b64: false }, privateKey), keys, 'a critical header');
    for (const name of Object.keys(PAYLOAD)) {
      const { [name as keyof typeof PAYLOAD]: _, ...rest } = PAYLOAD;
      await refuses(forged(header, privateKey, rest), keys, `without ${name}`);
      await refuses(forged(header, privateKey, { ...PAYLOAD, [name]: { odd: true } }), keys, `odd ${name}`);
    }
    for (const odd of [-1, 0.5, 253_402_300_800, Number.MAX_SAFE_INTEGER]) {
      await refuses(forged(header, privateKey, { ...PAYLOAD, exp: odd }), keys, `exp ${odd}`);
    }
    for (const odd of ['', 'tomorrow', '2026-02-30T00:00:00Z', '2026-12-31']) {
      await refuses(forged(header, privateKey, { ...PAYLOAD, license_expires_at: odd }), keys, odd);
    }
    for (const claims of [null, [], 'text', 5]) await refuses(forged(header, privateKey, claims), keys, 'no claims');
  });

  it('rejects any other text', async () => {
    const { keys } = await made();
    for (const text of ['', '.', '..', 'a.b.c', 'a.b.c.d.e', '{}', '🐎', 'x'.repeat(100_000)]) {
      await refuses(text, keys, text.slice(0, 20));
    }
  });
});
