import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aKey } from '../builders/license-builder.ts';
import { type LicenseApp, startLicenseApp, type WireLicense } from './license-app.ts';
import { UNKNOWN_ID } from './operations.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Ask } from './test-app.ts';

type Who = 'admin' | 'owner' | 'neighbor' | 'key' | 'another key' | 'an unknown key' | 'a broken key' | 'anonymous';

/** What each may do: the status where it succeeds, else the error. */
const TABLE: [method: string, path: string, body: object | undefined, allowed: Who[]][] = [
  ['POST', '/users/{ada}/licenses', {}, ['admin']],
  ['GET', '/users/{ada}/licenses', undefined, ['admin', 'owner']],
  ['GET', '/licenses', undefined, ['admin']],
  ['GET', '/licenses/{id}', undefined, ['admin', 'owner']],
  ['PATCH', '/licenses/{id}', { grace_days: 1 }, ['admin']],
  ['POST', '/licenses/{id}/suspend', undefined, ['admin']],
  ['POST', '/licenses/{id}/reinstate', undefined, ['admin']],
  ['POST', '/licenses/{id}/renew', { days: 1 }, ['admin']],
  ['POST', '/licenses/{id}/mail', undefined, ['admin']],
  ['PUT', '/licenses/{id}/activations/m1', undefined, ['admin', 'owner', 'key']],
  ['GET', '/licenses/{id}/activations', undefined, ['admin', 'owner', 'key']],
  ['POST', '/licenses/{id}/checkout', { fingerprint: 'm1' }, ['admin', 'owner', 'key']],
  ['DELETE', '/licenses/{id}/activations/m1', undefined, ['admin', 'owner', 'key']],
  ['POST', '/licenses/{id}/revoke', undefined, ['admin']],
];

const showing = (app: LicenseApp, license: WireLicense, other: WireLicense): Record<Who, Ask> => ({
  admin: { bearer: ADMIN_KEY },
  owner: { session: app.ada.session },
  neighbor: { session: app.bob.session },
  key: { headers: { authorization: `License ${license.license_key}` } },
  'another key': { headers: { authorization: `License ${other.license_key}` } },
  'an unknown key': { headers: { authorization: `License ${aKey(99)}` } },
  'a broken key': { headers: { authorization: `License ${license.license_key.slice(0, -1)}` } },
  anonymous: {},
});

describe('ASVS 8.2.2: who may do what with a license', () => {
  for (const [method, template, body, allowed] of TABLE) {
    it(`${method} ${template}: ${allowed.join(', ')}, and no others`, async () => {
      await using app = await startLicenseApp();
      const other = await app.issue({}, app.bob.id);
      for (const who of Object.keys(showing(app, other, other)) as Who[]) {
        // A license of its own for each, so that what one did is not there for the next.
        const license = await app.issue({ expires_at: '2027-01-01T00:00:00Z' });
        if (template.endsWith('reinstate')) await app.asAdmin('POST', `/licenses/${license.id}/suspend`);
        if (body !== undefined && 'fingerprint' in body) await app.activate(license, 'm1');
        if (method === 'DELETE') await app.activate(license, 'm1');
        const path = template.replace('{ada}', app.ada.id).replace('{id}', license.id);
        const json = body === undefined ? {} : { json: body };
        const answer = await app.call(method, path, { ...json, ...showing(app, license, other)[who] });
        const isKnown = !['anonymous', 'an unknown key', 'a broken key'].includes(who);
        const expected = allowed.includes(who) ? 'allowed' : isKnown ? 403 : 401;
        assert.equal(answer.status < 300 ? 'allowed' : answer.status, expected, `${who}: ${answer.body}`);
      }
    });
  }

  it('takes a license key in any spelling, and prefers a key to the cookie', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const path = `/licenses/${license.id}/activations`;
    const authorization = `license  ${license.license_key.toLowerCase().replaceAll('-', ' ')}`;
    assert.equal((await app.call('GET', path, { headers: { authorization } })).status, 200);
    const other = await app.issue({}, app.bob.id);
    const headers = { authorization: `License ${other.license_key}` };
    assert.equal((await app.call('GET', path, { headers, session: app.ada.session })).status, 403);
  });

  it('ASVS 8.2.2: another caller cannot distinguish an existing license from a missing one', async () => {
    await using app = await startLicenseApp();
    const [license, other] = [await app.issue(), await app.issue({}, app.bob.id)];
    const strip = (body: string) => body.replace(/"(?:request_id|instance)":"[^"]*"/g, '');
    for (const [method, template, body, allowed] of TABLE) {
      if (!template.startsWith('/licenses/{id}') || !allowed.includes('owner')) continue;
      for (const who of ['neighbor', 'another key'] as const) {
        const ask = { ...(body && { json: body }), ...showing(app, license, other)[who] };
        const there = await app.call(method, template.replace('{id}', license.id), ask);
        const nowhere = await app.call(method, template.replace('{id}', UNKNOWN_ID), ask);
        assert.deepEqual(
          [nowhere.status, strip(nowhere.body)],
          [403, strip(there.body)],
          `${who} ${method} ${template}`,
        );
      }
    }
  });

  it('distinguishes an invalid key from a key without access, also for an unknown license', async () => {
    await using app = await startLicenseApp();
    const { license_key: key } = await app.issue();
    const path = `/licenses/${UNKNOWN_ID}/activations`;
    assert.equal((await app.withKey(key, 'GET', path)).status, 403);
    const madeUp = await app.withKey(aKey(99), 'GET', path);
    assert.deepEqual([madeUp.status, madeUp.json().code], [401, 'access.unauthenticated']);
    assert.ok(madeUp.headers['www-authenticate']);
  });

  it('reports a broken key before the form of the request', async () => {
    await using app = await startLicenseApp();
    const { id, license_key: key } = await app.issue();
    for (const [method, path, ask] of [
      ['POST', 'checkout', { json: { ttl: 'x' } }],
      ['PUT', 'activations/m1', { payload: '{', headers: { 'content-type': 'application/json' } }],
      ['PUT', 'activations/m1', { json: {}, headers: { 'if-match': '"1"' } }],
      ['GET', 'activations?limit=x', {}],
    ] as const) {
      const broken = await app.withKey(key.slice(0, -1), method, `/licenses/${id}/${path}`, ask);
      mustBeProblem(broken, 401, 'access.unauthenticated');
      mustBeProblem(await app.withKey(key, method, `/licenses/${id}/${path}`, ask), 400, 'request.invalid');
    }
  });

  it('keeps the key of a license out of every log', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    await app.activate(license, 'm1');
    await app.checkOut(license, { fingerprint: 'm1' });
    await app.asAdmin('POST', `/licenses/${license.id}/suspend`);
    const events = app.securityLog.events.map(({ event, detail }) => `${event} ${detail ?? ''}`.trim());
    for (const event of [
      'sensitive_create license',
      'sensitive_create license file',
      'sensitive_update license suspended',
    ]) {
      assert.ok(events.includes(event), `${event} is not among ${events.join(', ')}`);
    }
    assert.ok(!JSON.stringify(app.securityLog.events).includes(license.license_key));
  });
});
