import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CALLERS, callAs, routesOf, startProduction } from '../http/access-table.ts';
import { ADMIN_KEY, type Answer, startTestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from './browser.ts';

const HOSTILE = '..%2F..%2Fetc%2Fpasswd%22%0D%0ASet-Cookie%3A%20a%3Db';

describe('what is downloaded', () => {
  it('ASVS 5.4.1 and 5.4.2: has a name of the service in Content-Disposition, whatever name a request asks for', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const root = { bearer: ADMIN_KEY };
    const owner = await joinAs(app, 'owner@example.com', 'admin');
    const browser = new TestBrowser(app, owner.session);
    const json = { product: '"; filename="evil.exe', max_activations: 1 };
    const { id } = (await app.call('POST', `/users/${owner.id}/licenses`, { ...root, json })).json();
    await app.call('PUT', `/licenses/${id}/activations/m1`, { ...root, json: { name: '"\\../evil' } });

    const nameOf = ({ status, headers }: Pick<Answer, 'status' | 'headers'>): unknown =>
      status === 200 ? headers['content-disposition'] : status;
    const page = `/console/licenses/${id}`;
    const files: Readonly<Record<string, Pick<Answer, 'status' | 'headers'>>> = {
      'account.json': await app.call('GET', `/users/${owner.id}/export`, { session: owner.session }),
      'audit.ndjson': await app.call('GET', '/audit/export', root),
      'licenses.csv': await browser.open('/console/licenses.csv'),
      'accounts.csv': await browser.open('/console/accounts.csv'),
      'machines.csv': await browser.open('/console/machines.csv'),
      [`license-${id}.lic`]: await browser.submit(await browser.open(page), `${page}/file`, {
        fingerprint: 'm1',
        days: '1',
      }),
    };
    for (const [name, file] of Object.entries(files)) assert.equal(nameOf(file), `attachment; filename="${name}"`);

    for (const field of ['filename', 'name', 'file', 'download', 'callback']) {
      for (const path of [`/users/${owner.id}/export`, '/audit/export']) {
        const asked = await app.call('GET', `${path}?${field}=${HOSTILE}`, root);
        assert.deepEqual([nameOf(asked), asked.headers['content-disposition']], [400, undefined], `${path} ${field}`);
      }
      const csv = await browser.open(`/console/licenses.csv?${field}=${HOSTILE}`);
      assert.ok([400, 'attachment; filename="licenses.csv"'].includes(nameOf(csv) as string), String(nameOf(csv)));
      assert.equal(csv.headers['set-cookie'], undefined);
    }
    const asked = await app.call('GET', `/users/${HOSTILE}/export`, root);
    assert.deepEqual([asked.status >= 400, asked.headers['content-disposition']], [true, undefined]);
  });

  it('is no export where a program asks for the headers alone', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await joinAs(app, 'owner@example.com', 'admin');
    for (const list of ['accounts', 'licenses', 'machines', 'pairs']) {
      const { status, headers } = await app.call('HEAD', `/console/${list}.csv`, { session });
      assert.deepEqual([status, headers.allow], [405, 'GET'], list);
    }
    assert.equal((await app.call('HEAD', '/account/export', { session })).status, 405);
    assert.equal((await app.call('HEAD', '/console/licenses', { session })).status, 200);
    const log = await app.call('GET', '/audit?action=list.exported', { bearer: ADMIN_KEY });
    assert.deepEqual(log.json(), []);
  });

  it('ASVS 14.2.2: is kept by no cache on its way, nor is any other response, but for the public keys', async () => {
    await using app = await startProduction();
    const seen: string[] = [];
    for (const { route } of routesOf(app)) {
      for (const caller of CALLERS.filter((name) => ['self', 'admin', 'root'].includes(name))) {
        const { status, headers } = await callAs(app, route, caller);
        const isPublic = route === 'GET /.well-known/jwks.json' && headers['cache-control'] !== 'no-store';
        assert.equal(headers['cache-control'], isPublic ? 'public, max-age=300' : 'no-store', `${route} ${status}`);
        if (status < 300) seen.push(route);
      }
    }
    assert.ok(new Set(seen).size > 30, `${new Set(seen).size} responses with data`);
  });
});
