import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { type LicenseApp, startLicenseApp, type WireLicense } from './license-app.ts';

const machines = async (app: LicenseApp, { id }: WireLicense): Promise<string[]> => {
  const answer = await app.asAdmin('GET', `/licenses/${id}/activations`);
  return answer.json().map(({ fingerprint }: { fingerprint: string }) => fingerprint);
};

describe('activations over HTTP', () => {
  it('are idempotent', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ max_activations: 1 });
    const first = await app.activate(license, 'm1', { json: { name: 'Ada’s laptop' } });
    const made = { fingerprint: 'm1', name: 'Ada’s laptop', activated_at: '2026-01-01T00:00:00Z' };
    assert.deepEqual([first.status, first.json()], [201, made]);
    app.clock.advance(1_000);
    const again = await app.activate(license, 'm1');
    assert.deepEqual([again.status, again.json()], [200, made]);
    const renamed = await app.activate(license, 'm1', { json: { name: 'Ada’s desktop' } });
    assert.deepEqual([renamed.status, renamed.json()], [200, { ...made, name: 'Ada’s desktop' }]);
    assert.equal((await app.asAdmin('GET', `/licenses/${license.id}`)).json().activations, 1);
  });

  it('are refused when all are taken, and possible again when one was given back', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ max_activations: 2 });
    assert.deepEqual(
      [(await app.activate(license, 'a')).status, (await app.activate(license, 'b')).status],
      [201, 201],
    );
    const full = await app.activate(license, 'c');
    assert.deepEqual([full.status, full.json().code], [409, 'license.activation-limit']);
    const path = `/licenses/${license.id}/activations/a`;
    assert.equal((await app.withKey(license.license_key, 'DELETE', path)).status, 204);
    assert.equal((await app.withKey(license.license_key, 'DELETE', path)).json().code, 'activation.not-found');
    assert.equal((await app.activate(license, 'c')).status, 201);
    assert.deepEqual(await machines(app, license), ['b', 'c']);
  });

  it('are limited where no number of seats does it, but for administrators and for machines that have one', async () => {
    await using app = await startLicenseApp();
    const unlimited = await app.issue();
    const policy = THROTTLE_POLICIES.activationByLicense;
    for (let nth = 0; nth < policy.limit; nth += 1) {
      assert.equal((await app.activate(unlimited, `m${nth}`)).status, 201);
    }
    const rejected = await app.activate(unlimited, 'other');
    assert.deepEqual([rejected.status, rejected.json().code], [429, 'throttle.exceeded']);
    assert.match(String(rejected.headers.ratelimit), /^"activation-license";r=0;t=\d+$/);
    assert.equal((await app.activate(unlimited, 'm0')).status, 200);
    const path = `/licenses/${unlimited.id}/activations/another`;
    assert.equal((await app.asAdmin('PUT', path, { json: {} })).status, 201);
    assert.equal((await app.activate(await app.issue(), 'm0')).status, 201);
    app.clock.advance(policy.windowMs);
    assert.equal((await app.activate(unlimited, 'other')).status, 201);
  });

  it('are refused on what is not in force', async () => {
    await using app = await startLicenseApp();
    const refused = async (license: WireLicense) => {
      const answer = await app.activate(license, 'm1');
      return `${answer.status} ${answer.json().code}`;
    };
    assert.equal(await refused(await app.issue({ starts_at: '2026-01-02T00:00:00Z' })), '409 license.state');
    assert.equal(await refused(await app.issue({ expires_at: '2026-01-01T00:00:00Z' })), '409 license.state');
    for (const move of ['suspend', 'revoke']) {
      const license = await app.issue();
      await app.asAdmin('POST', `/licenses/${license.id}/${move}`);
      assert.equal(await refused(license), '409 license.state', move);
    }
  });

  it('take every fingerprint that a path can carry', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const odd = ['AA:BB:CC:00:11:22', 'Zm9v/YmFy+A==', '100%', '?a=b#c', '/'.repeat(128), '...'];
    for (const fingerprint of odd) {
      const answer = await app.activate(license, fingerprint);
      assert.deepEqual([answer.status, answer.json().fingerprint], [201, fingerprint], answer.body);
    }
    assert.deepEqual((await machines(app, license)).sort(), [...odd].sort());
    for (const fingerprint of ['two words', 'é', 'x'.repeat(129)]) {
      assert.equal((await app.activate(license, fingerprint)).status, 422, fingerprint);
    }
  });

  it('are listed page by page', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    for (const fingerprint of ['c', 'a', 'b']) await app.activate(license, fingerprint);
    const first = await app.asAdmin('GET', `/licenses/${license.id}/activations?limit=2`);
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = await app.asAdmin('GET', String(next));
    const names = [first, second].map((answer) => answer.json().map(({ fingerprint }: WireLicense) => fingerprint));
    assert.deepEqual([names, second.headers.link], [[['a', 'b'], ['c']], undefined]);
    const path = `/licenses/${license.id}/activations?cursor=`;
    for (const cursor of ['w6k', 'YQ==', '']) assert.equal((await app.asAdmin('GET', `${path}${cursor}`)).status, 400);
  });

  it('ASVS 2.3.4: 100 requests of 30 machines for 5 seats end with 5, and every answer is 200, 201 or 409', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ max_activations: 5 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, nth) => app.activate(license, `machine-${nth % 30}`)),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    assert.equal(count(201), 5);
    assert.equal(count(200) + count(201) + count(409), 100);
    const seated = await machines(app, license);
    assert.equal(seated.length, 5);
    assert.equal((await app.asAdmin('GET', `/licenses/${license.id}`)).json().activations, 5);
    for (const [nth, answer] of answers.entries()) {
      const isSeated = seated.includes(`machine-${nth % 30}`);
      assert.equal(answer.status !== 409, isSeated, `machine-${nth % 30} answered ${answer.status}`);
    }
  });

  it('ASVS 2.3.4: seats that come and go at random never pass the limit', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ max_activations: 3 });
    const path = (nth: number) => `/licenses/${license.id}/activations/machine-${nth}`;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, nth) =>
        nth % 3 === 2
          ? app.withKey(license.license_key, 'DELETE', path((nth * 7) % 10))
          : app.withKey(license.license_key, 'PUT', path((nth * 3) % 10)),
      ),
    );
    assert.deepEqual(
      [...new Set(answers.map(({ status }) => status))].filter((status) => ![200, 201, 204, 404, 409].includes(status)),
      [],
    );
    const seated = await machines(app, license);
    assert.ok(seated.length <= 3);
    assert.equal((await app.asAdmin('GET', `/licenses/${license.id}`)).json().activations, seated.length);
  });
});
