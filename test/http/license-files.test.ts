import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { Caller } from '../../src/domain/access/caller.ts';
import { type LicenseApp, startLicenseApp } from './license-app.ts';

const DAY_S = 86_400;
const NEW_YEAR_S = Date.UTC(2026, 0, 1) / 1000;

const fileOf = async (app: LicenseApp, terms: object = {}, options: object = {}): Promise<string> => {
  const license = await app.issue(terms);
  if ('fingerprint' in options) await app.activate(license, String(options.fingerprint));
  const answer = await app.checkOut(license, options);
  assert.equal(answer.status, 200, answer.body);
  return answer.json().license_file;
};

const keysOf = async (app: LicenseApp) => (await app.call('GET', '/.well-known/jwks.json')).json();
const partsOf = (file: string) =>
  file.split('.').map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
const headerOf = (file: string) => JSON.parse(partsOf(file)[0].toString());
const claimsOf = (file: string) => JSON.parse(partsOf(file)[1].toString());
const signedTextOf = (file: string) => file.slice(0, file.lastIndexOf('.'));

const rotate = (app: LicenseApp) =>
  app.useCases.rotateSigningKey.execute({
    caller: Caller.system('cli'),
    client: { ip: 'command line', userAgent: 'guildhall', requestId: 'r1' },
  });

describe('license files over HTTP', () => {
  it('say whose license it is, for what, where and until when', async () => {
    await using app = await startLicenseApp({ LICENSE_ISSUER: 'https://acme.example' });
    const terms = { product: 'editor', expires_at: '2026-03-01T00:00:00Z', max_activations: 2, entitlements: ['pdf'] };
    const license = await app.issue(terms);
    await app.activate(license, 'm1');
    const answer = await app.checkOut(license, { fingerprint: 'm1', ttl: 3_600 });
    assert.equal(answer.json().expires_at, '2026-01-01T01:00:00Z');
    const { license_file: file } = answer.json();
    const { keys } = await keysOf(app);
    assert.deepEqual(headerOf(file), { alg: 'EdDSA', typ: 'license+jwt', kid: keys[0].kid });
    assert.deepEqual(claimsOf(file), {
      iss: 'https://acme.example',
      sub: license.id,
      aud: 'editor',
      iat: NEW_YEAR_S,
      nbf: NEW_YEAR_S - 60,
      exp: NEW_YEAR_S + 3_600,
      user_id: app.ada.id,
      product: 'editor',
      fingerprint: 'm1',
      entitlements: ['pdf'],
      license_expires_at: '2026-03-01T00:00:00Z',
    });
  });

  it('are verified by node:crypto alone', async () => {
    await using app = await startLicenseApp();
    const file = await fileOf(app);
    const { keys } = await keysOf(app);
    const key = createPublicKey({
      key: keys.find(({ kid }: { kid: string }) => kid === headerOf(file).kid),
      format: 'jwk',
    });
    const [, , signature] = partsOf(file);
    assert.equal(verify(null, Buffer.from(signedTextOf(file)), key, signature), true);
    assert.equal(verify(null, Buffer.from(`${signedTextOf(file)} `), key, signature), false);
  });

  const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed here';
  it('are verified by openssl, with nothing of ours', { skip: noOpenssl }, async () => {
    await using app = await startLicenseApp();
    const file = await fileOf(app);
    const { keys } = await keysOf(app);
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-openssl-'));
    const at = (name: string) => join(folder.path, name);
    // RFC 8410: what stands before the 32 bytes of every Ed25519 public key.
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(keys[0].x, 'base64url')]);
    writeFileSync(at('key.der'), spki);
    writeFileSync(at('signature'), partsOf(file)[2]);
    const openssl = (text: string): string => {
      writeFileSync(at('text'), text);
      const key = ['-pubin', '-inkey', at('key.der'), '-keyform', 'DER'];
      const args = ['pkeyutl', '-verify', ...key, '-rawin', '-in', at('text'), '-sigfile', at('signature')];
      return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
    };
    assert.match(openssl(signedTextOf(file)), /Signature Verified Successfully/);
    assert.throws(() => openssl(signedTextOf(file).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))));
  });

  it('are verified by a JWT library, which also minds the time, the audience and the kind', async () => {
    await using app = await startLicenseApp();
    const file = await fileOf(app, { product: 'editor' }, { ttl: 60 });
    const keys = createLocalJWKSet(await keysOf(app));
    const check = (options: object) =>
      jwtVerify(file, keys, {
        currentDate: new Date(NEW_YEAR_S * 1000),
        audience: 'editor',
        typ: 'license+jwt',
        ...options,
      });
    assert.equal((await check({})).payload.product, 'editor');
    await assert.rejects(check({ audience: 'viewer' }), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
    await assert.rejects(check({ typ: 'JWT' }), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
    await assert.rejects(check({ currentDate: new Date((NEW_YEAR_S + 60) * 1000) }), { code: 'ERR_JWT_EXPIRED' });
    await assert.rejects(check({ currentDate: new Date((NEW_YEAR_S - 61) * 1000) }), {
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });

  it('live a week where nothing else is asked for, as long as is asked for, and never past the license', async () => {
    await using app = await startLicenseApp();
    const lifeOf = async (terms: object, options: object) =>
      claimsOf(await fileOf(app, terms, options)).exp - NEW_YEAR_S;
    assert.equal(await lifeOf({}, {}), 7 * DAY_S);
    assert.equal(await lifeOf({}, { ttl: 1 }), 1);
    assert.equal(await lifeOf({}, { ttl: 30 * DAY_S }), 30 * DAY_S);
    assert.equal(await lifeOf({ expires_at: '2026-01-03T00:00:00Z', grace_days: 9 }, {}), 2 * DAY_S);
    const license = await app.issue();
    for (const ttl of [0, -1, 30 * DAY_S + 1]) {
      const answer = await app.checkOut(license, { ttl });
      assert.deepEqual([answer.status, answer.json().code], [422, 'license.invalid'], String(ttl));
    }
    for (const ttl of ['7d', 1.5, null]) assert.equal((await app.checkOut(license, { ttl })).status, 400, String(ttl));
  });

  it('are not given out for a license that is revoked, suspended, over, in grace or not begun', async () => {
    await using app = await startLicenseApp();
    const errorOf = async (terms: object, move?: string, options: object = {}) => {
      const license = await app.issue(terms);
      if (move !== undefined) await app.asAdmin('POST', `/licenses/${license.id}/${move}`);
      const answer = await app.checkOut(license, options);
      return `${answer.status} ${answer.json().code}`;
    };
    assert.equal(await errorOf({}, 'revoke'), '409 license.state');
    assert.equal(await errorOf({}, 'suspend'), '409 license.state');
    assert.equal(await errorOf({ expires_at: '2026-01-01T00:00:00Z' }), '409 license.state');
    assert.equal(await errorOf({ expires_at: '2025-12-31T00:00:00Z', grace_days: 9 }), '409 license.state');
    assert.equal(await errorOf({ starts_at: '2026-01-02T00:00:00Z' }), '409 license.state');
    assert.equal(await errorOf({ max_activations: 1 }), '422 license.invalid');
    assert.equal(await errorOf({ max_activations: 1 }, undefined, { fingerprint: 'm1' }), '409 license.not-activated');
    assert.equal(await errorOf({}, undefined, { fingerprint: 'two words' }), '422 license.invalid');
  });

  it('are verified by keys that were read five minutes before, as their Cache-Control permits', async () => {
    await using app = await startLicenseApp();
    const verifies = async (keys: JSONWebKeySet, file: string): Promise<boolean> => {
      const currentDate = new Date(app.clock.now());
      return jwtVerify(file, createLocalJWKSet(keys), { currentDate }).then(
        () => true,
        () => false,
      );
    };
    assert.ok(await verifies(await keysOf(app), await fileOf(app)), 'the first key is published from the start');
    const kids = new Set<string>();
    const before = await keysOf(app);
    const { kid, signsFrom } = await rotate(app);
    for (let seconds = 0, read = [before]; seconds <= 900; seconds += 60) {
      const file = await fileOf(app);
      kids.add(headerOf(file).kid);
      assert.ok(await verifies(read.at(-5) ?? read[0], file), `after ${seconds} s`);
      assert.equal(headerOf(file).kid === kid, app.clock.now() >= signsFrom, `after ${seconds} s`);
      read = [...read, await keysOf(app)];
      app.clock.advance(60_000);
    }
    assert.equal(kids.size, 2);
  });

  it('stay good after a rotation, whose old key is shown while they live and no longer', async () => {
    await using app = await startLicenseApp();
    const old = await fileOf(app, {}, { ttl: DAY_S });
    const { kid, retired } = await rotate(app);
    const again = await rotate(app);
    assert.equal(again.kid, kid, 'a rotation that is pending is not begun anew');
    app.clock.advance(600_000);
    const fresh = await fileOf(app);
    assert.notEqual(headerOf(old).kid, kid);
    assert.equal(headerOf(fresh).kid, kid);
    assert.equal(retired?.kid, headerOf(old).kid);
    const shown = async () => (await keysOf(app)).keys.map((key: { kid: string }) => key.kid);
    assert.deepEqual(await shown(), [kid, headerOf(old).kid]);
    const currentDate = new Date(NEW_YEAR_S * 1000 + 600_000);
    for (const file of [old, fresh]) {
      assert.ok(await jwtVerify(file, createLocalJWKSet(await keysOf(app)), { currentDate }));
    }
    app.clock.advance(DAY_S * 1000);
    assert.deepEqual(await shown(), [kid, headerOf(old).kid], 'while a file could live, and a little longer');
    app.clock.advance(DAY_S * 1000);
    assert.deepEqual(await shown(), [kid]);
  });

  it('make their key be shown for as long as the longest of them, whichever came first', async () => {
    await using app = await startLicenseApp();
    for (const ttl of [60, 20 * DAY_S, 3_600]) await fileOf(app, {}, { ttl });
    const { retired } = await rotate(app);
    app.clock.advance(600_000);
    await fileOf(app);
    app.clock.advance(20 * DAY_S * 1000);
    const { keys } = await keysOf(app);
    assert.ok(keys.some(({ kid }: { kid: string }) => kid === retired?.kid));
  });

  it('are verified with public keys that may be cached for five minutes', async () => {
    await using app = await startLicenseApp();
    const answer = await app.call('GET', '/.well-known/jwks.json');
    assert.equal(answer.headers['cache-control'], 'public, max-age=300');
    const [{ kid, x, ...rest }] = answer.json().keys;
    assert.deepEqual(rest, { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    assert.equal(Buffer.from(x, 'base64url').length, 32);
    assert.match(kid, /^[\w-]{43}$/);
  });

  it('are not given out in production without a secret, and nothing else suffers', async () => {
    await using app = await startLicenseApp({ NODE_ENV: 'production' });
    const license = await app.issue();
    const answer = await app.checkOut(license);
    assert.deepEqual([answer.status, answer.json().code], [503, 'license-file.unavailable']);
    assert.ok(!answer.body.includes('LICENSE_KEY_SECRET'));
    assert.equal((await app.validate({ license_key: license.license_key })).code, 'VALID');
    const empty = await app.call('GET', '/.well-known/jwks.json');
    assert.deepEqual([empty.status, empty.json()], [200, { keys: [] }]);
    assert.equal(empty.headers['cache-control'], 'no-store', 'a key may follow at any time');
  });

  it('are given out in production with a secret', async () => {
    await using app = await startLicenseApp({ NODE_ENV: 'production', LICENSE_KEY_SECRET: 's'.repeat(32) });
    assert.ok(await fileOf(app));
  });

  it('ASVS 15.4.2: are signed with one and the same key when the first hundred are asked for at once', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, nth) => app.checkOut(license, { ttl: 60 + nth })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map((answer) => headerOf(answer.json().license_file).kid)).size, 1);
    assert.equal((await keysOf(app)).keys.length, 1);
  });
});
