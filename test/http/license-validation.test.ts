import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aKey } from '../builders/license-builder.ts';
import { type LicenseApp, startLicenseApp } from './license-app.ts';

const DAY_MS = 86_400_000;

describe('POST /licenses/validate', () => {
  it('answers with the code, what it means, the time, the nonce and the license', async () => {
    await using app = await startLicenseApp();
    const issued = await app.issue({ product: 'editor', entitlements: ['pdf'], metadata: { order: 1 } });
    const { owner_banned: _forStaff, ...license } = issued;
    const question = { license_key: license.license_key, product: 'editor', entitlements: ['pdf'], nonce: 'n-1' };
    assert.deepEqual(await app.validate(question), {
      valid: true,
      code: 'VALID',
      detail: 'The license is valid.',
      ts: '2026-01-01T00:00:00Z',
      nonce: 'n-1',
      license,
    });
  });

  it('answers every code', async () => {
    await using app = await startLicenseApp();
    const terms = { product: 'editor', starts_at: '2026-01-02T00:00:00Z', expires_at: '2026-01-12T00:00:00Z' };
    const license = await app.issue({ ...terms, grace_days: 5, max_activations: 1, entitlements: ['pdf'] });
    const ask = async (question: object = {}) => {
      const { code, valid, license: shown } = await app.validate({ license_key: license.license_key, ...question });
      assert.equal(valid, code === 'VALID' || code === 'IN_GRACE');
      assert.equal(shown?.id, license.id);
      return code;
    };
    assert.equal(await ask(), 'NOT_YET_EFFECTIVE');
    app.clock.advance(2 * DAY_MS);
    assert.equal(await ask({ product: 'other' }), 'PRODUCT_MISMATCH');
    assert.equal(await ask({ entitlements: ['pdf', 'sso'] }), 'ENTITLEMENT_MISSING');
    assert.equal(await ask(), 'FINGERPRINT_REQUIRED');
    assert.equal(await ask({ fingerprint: 'm1' }), 'NOT_ACTIVATED');
    assert.equal(await ask({ fingerprint: 'no such\u0000 fingerprint 🐎' }), 'NOT_ACTIVATED');
    await app.activate(license, 'm1');
    assert.equal(await ask({ fingerprint: 'm1', product: 'editor', entitlements: ['pdf'] }), 'VALID');
    await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: { max_activations: 2 } });
    await app.activate(license, 'm2');
    await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: { max_activations: 1 } });
    assert.equal(await ask({ fingerprint: 'm1' }), 'TOO_MANY_ACTIVATIONS');
    await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: { max_activations: null } });
    app.clock.advance(9 * DAY_MS);
    assert.equal(await ask({ fingerprint: 'm1' }), 'IN_GRACE');
    app.clock.advance(5 * DAY_MS);
    assert.equal(await ask({ fingerprint: 'm1' }), 'EXPIRED');
    await app.asAdmin('POST', `/licenses/${license.id}/suspend`);
    assert.equal(await ask(), 'SUSPENDED');
    await app.asAdmin('POST', `/licenses/${license.id}/revoke`);
    assert.equal(await ask(), 'REVOKED');

    const without = async (license_key: string) => {
      const { code, license: shown, nonce } = await app.validate({ license_key });
      assert.deepEqual([shown, nonce], [null, null]);
      return code;
    };
    assert.equal(await without(aKey(99)), 'NOT_FOUND');
    const wrong = license.license_key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const key of [wrong, '', 'x', '🐎', 'x'.repeat(60_000)]) assert.equal(await without(key), 'MALFORMED_KEY');
  });

  it('forgives case, hyphens, spaces and what looks alike', async () => {
    await using app = await startLicenseApp();
    const { license_key: key } = await app.issue();
    for (const typed of [key.toLowerCase(), key.replaceAll('-', ''), key.replaceAll('-', ' '), ` ${key} `]) {
      assert.equal((await app.validate({ license_key: typed })).code, 'VALID', typed);
    }
    const misread = key.replaceAll('0', 'O').replaceAll('1', 'l');
    assert.equal((await app.validate({ license_key: misread })).code, 'VALID', misread);
  });

  it('refuses a question of the wrong form', async () => {
    await using app = await startLicenseApp();
    const { license_key } = await app.issue();
    const wrong = [
      {},
      { license_key: 5 },
      { license_key: null },
      { license_key, fingerprint: 5 },
      { license_key, entitlements: 'pdf' },
      { license_key, entitlements: [1] },
      { license_key, entitlements: Array(65).fill('pdf') },
      { license_key, nonce: 'x'.repeat(257) },
      { license_key, surplus: 1 },
    ];
    for (const json of wrong) {
      const answer = await app.call('POST', '/licenses/validate', { json });
      assert.deepEqual(
        [answer.status, answer.json().code],
        [400, 'request.invalid'],
        JSON.stringify(json).slice(0, 60),
      );
    }
  });

  it('takes POST and nothing else', async () => {
    await using app = await startLicenseApp();
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await app.call(
        method,
        '/licenses/validate',
        method === 'PATCH' ? { json: { grace_days: 1 } } : {},
      );
      assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST'], method);
    }
  });

  it('reads the store once, not at all where the key has a typing error, and writes nothing', async () => {
    await using app = await startLicenseApp();
    const { license_key } = await app.issue({ max_activations: 1 });
    const before = await queriesOf(app);
    for (let nth = 0; nth < 20; nth += 1) await app.validate({ license_key, fingerprint: 'm1', product: 'x' });
    await app.validate({ license_key: 'typing-error' });
    assert.deepEqual(await queriesOf(app), { ...before, select: (before.select ?? 0) + 20 });
  });

  it('is written down a little later: the last time of each license, and never a time before', async () => {
    await using app = await startLicenseApp();
    const [asked, other] = [await app.issue(), await app.issue()];
    const lastOf = async ({ id }: { id: string }) =>
      (await app.asAdmin('GET', `/licenses/${id}`)).json().last_validated_at;
    const record = () => app.useCases.recordValidations.execute();
    for (const ms of [0, 1_500, 1_000]) {
      app.clock.advance(ms);
      await app.validate({ license_key: asked.license_key });
    }
    assert.equal(await lastOf(asked), null, 'not in the request');
    await record();
    assert.deepEqual([await lastOf(asked), await lastOf(other)], ['2026-01-01T00:00:02Z', null]);
    const before = await queriesOf(app);
    await record();
    assert.deepEqual(await queriesOf(app), before, 'nothing to write, nothing asked');
  });

  it('ASVS 2.4.1: is throttled for each network by itself, without asking the store', async () => {
    await using app = await startLicenseApp({ VALIDATE_LIMIT: '3' });
    const { license_key } = await app.issue();
    const ask = (remoteAddress: string) =>
      app.call('POST', '/licenses/validate', { json: { license_key }, remoteAddress });
    for (let nth = 0; nth < 3; nth += 1) assert.equal((await ask('192.0.2.1')).status, 200);
    app.clock.advance(20_000);
    const before = await queriesOf(app);
    const refused = await ask('192.0.2.1');
    assert.deepEqual([refused.status, refused.json().code], [429, 'throttle.exceeded']);
    assert.equal(refused.headers['retry-after'], '40');
    assert.equal(refused.headers.ratelimit, '"validate-ip";r=0;t=40');
    assert.equal(refused.headers['ratelimit-policy'], '"validate-ip";q=3;w=60');
    for (let nth = 0; nth < 10; nth += 1) assert.equal((await ask('192.0.2.1')).status, 429);
    assert.deepEqual(await queriesOf(app), before);
    const logged = app.securityLog.events.filter(({ event }) => event === 'excess_rate_limit_exceeded');
    assert.equal(logged.length, 1, 'one line a window, not one a question');

    assert.equal((await ask('192.0.2.2')).status, 200);
    assert.equal((await ask('2001:db8::1')).status, 200);
    app.clock.advance(40_000);
    assert.equal((await ask('192.0.2.1')).status, 200);
  });

  it('is not throttled where throttling is off', async () => {
    await using app = await startLicenseApp({ VALIDATE_LIMIT: '1', THROTTLE: 'off' });
    const { license_key } = await app.issue();
    for (let nth = 0; nth < 5; nth += 1) assert.equal((await app.validate({ license_key })).code, 'VALID');
  });
});

/** How often the store was asked so far, by kind of question. */
const queriesOf = async (app: LicenseApp): Promise<Record<string, number>> => {
  const { body } = await app.asAdmin('GET', '/metrics');
  const counts = body.matchAll(/^store_query_duration_seconds_count\{kind="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...counts].map(([, kind, count]) => [kind, Number(count)]));
};
