import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, isOnPage, joinAs, type PageAnswer, pagesOf, TestBrowser } from './browser.ts';

const MAX_REQUESTS = 3;
const MAX_BYTES = 40_000;
/** More than a list shows. */
const LICENSES = 55;

/** What a browser fetches beside the page itself. The first paint does not wait for the icon. */
const filesOf = (page: PageAnswer) => {
  const valuesOf = (tag: string, name: string) => page.all(tag).flatMap((element) => attributeOf(element, name) ?? []);
  const icons = page.all('link').filter((link) => attributeOf(link, 'rel') === 'icon');
  const icon = attributeOf(icons[0] ?? assert.fail('no icon'), 'href');
  const links = valuesOf('link', 'href').filter((href) => !isOnPage(href));
  const all = [...links, ...valuesOf('script', 'src'), ...valuesOf('img', 'src')];
  return { all, forPaint: all.filter((file) => file !== icon) };
};

/** As the server sends it to a browser; compressed here where a proxy does so. */
const compressedLength = async (app: TestApp, path: string, cookie: string): Promise<number> => {
  const answer = await app.app.inject({ url: path, headers: { cookie, 'accept-encoding': 'gzip, br' } });
  assert.equal(answer.statusCode, 200, path);
  const isCompressed = answer.headers['content-encoding'] !== undefined;
  return (isCompressed ? answer.rawPayload : gzipSync(answer.rawPayload)).length;
};

describe('The first paint', () => {
  let app: TestApp;
  let session: string;
  let account: string;
  let license: string;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', SAMPLE_USERS: 'on' });
    const person = await joinAs(app, 'ines@example.com', 'admin');
    ({ id: account, session } = person);
    for (let n = 0; n < LICENSES; n += 1) {
      const json = { product: `Product ${n}`, max_activations: 5, entitlements: ['export', 'team'] };
      const issued = await app.call('POST', `/users/${account}/licenses`, { json });
      license = issued.json().id;
      assert.equal((await app.call('PUT', `/licenses/${license}/activations/machine-${n}`)).status, 201);
    }
  });
  after(() => app[Symbol.asyncDispose]());

  it(`of each page takes at most ${MAX_REQUESTS} requests, and the page ${MAX_BYTES / 1_000} KB`, async () => {
    const created = await app.call('POST', '/tokens', { session, json: { name: 'ci', scopes: ['licenses:read'] } });
    const pages = pagesOf(app, { account, license, token: created.json().id });
    assert.ok(pages.length >= 26, `${pages}`);
    for (const path of ['/login', ...pages]) {
      const cookie = path === '/login' ? '' : `${app.cookieName}=${session}`;
      const page = await new TestBrowser(app, path === '/login' ? undefined : session).open(path);
      assert.equal(page.status, 200, path);
      const { all, forPaint } = filesOf(page);
      assert.ok(forPaint.length + 1 <= MAX_REQUESTS, `${path}: ${forPaint}`);
      const lengths = await Promise.all([path, ...all].map((each) => compressedLength(app, each, cookie)));
      const bytes = lengths.reduce((sum, each) => sum + each, 0);
      assert.ok(bytes <= MAX_BYTES, `${path}: ${bytes} bytes: ${lengths}`);
      assert.ok(bytes > 5_000, `${path}: a page with its styles is not that small`);
    }
  });
});
