import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ICON } from '../../src/adapters/driving/http/openapi/document.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const PAGES = ['/docs', '/docs/', '/redoc', '/redoc/'];

/** What a page fetches by itself, as paths on this server or whole URLs. */
const fetchedBy = (html: string, page: string): string[] =>
  [...html.matchAll(/(?:src|href|spec-url|action|data)="([^"]*)"/g)].map(([, target = '']) => {
    const { origin, pathname } = new URL(target, `http://here.example${page}`);
    return origin === 'http://here.example' ? pathname : target;
  });

describe('the pages of the API documentation', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app[Symbol.asyncDispose]());

  it('ASVS 3.6.1 and 14.2.3: are made of files of this server alone', async () => {
    for (const page of PAGES) {
      const { status, body } = await app.call('GET', page);
      assert.equal(status, 200);
      const fetched = fetchedBy(body, page);
      assert.ok(fetched.length >= 2, page);
      for (const path of fetched) assert.equal((await app.call('GET', path)).status, 200, `${page} wants ${path}`);
      assert.doesNotMatch(body, /https?:\/\/|["'=]\/\//);
    }
  });

  it('ASVS 3.6.1: may ask no other host for anything, by their policy', async () => {
    for (const page of PAGES) {
      const policy = String((await app.call('GET', page)).headers['content-security-policy']);
      assert.doesNotMatch(policy, /https?:|\*|\w\.\w|unsafe-eval/, page);
      assert.match(policy, /default-src 'none'; script-src 'self';/);
    }
  });

  it('show our own picture, in the page and in the tab, so that no browser looks for /favicon.ico', async () => {
    for (const page of PAGES) {
      const { body } = await app.call('GET', page);
      const icon = fetchedBy(body, page).find((path) => path.endsWith('icon.svg')) ?? assert.fail(`${page} has none`);
      assert.match((await app.call('GET', icon)).body, /^<svg /);
    }
    const start = await app.call('GET', '/docs/static/swagger-initializer.js');
    const [, logo = ''] = /data:image\/svg\+xml;base64,([\w+/=]+)/.exec(start.body) ?? [];
    assert.equal(Buffer.from(logo, 'base64').toString(), ICON.content);
  });

  it('ASVS 14.2.3: show no picture of their makers, and ask no validator', async () => {
    const redoc = await app.call('GET', '/redoc/redoc.standalone.js');
    assert.doesNotMatch(redoc.body, /cdn\.redoc\.ly|fonts\.googleapis/);
    const start = await app.call('GET', '/docs/static/swagger-initializer.js');
    assert.match(start.body, /validatorUrl"?: ?null/);
    const styles = await app.call('GET', '/docs/static/swagger-ui.css');
    assert.doesNotMatch(styles.body, /url\((?!["']?data:)|@import/);
  });

  it('ASVS 14.3.3: keep no credentials in the browser', async () => {
    const start = await app.call('GET', '/docs/static/swagger-initializer.js');
    assert.match(start.body, /"persistAuthorization":false/);
  });

  it('ASVS 3.5.7: are the same with a session', async () => {
    const { session } = await join(app);
    const paths = [
      '/docs',
      '/redoc',
      '/docs/json',
      '/docs/static/swagger-initializer.js',
      '/redoc/redoc.standalone.js',
    ];
    for (const path of paths) {
      assert.equal((await app.call('GET', path, { session })).body, (await app.call('GET', path)).body, path);
    }
  });

  it('ASVS 3.7.1: are HTML, styles, scripts, pictures and data, nothing else', async () => {
    const kinds = new Set<string>();
    for (const page of PAGES) {
      for (const path of [page, ...fetchedBy((await app.call('GET', page)).body, page)]) {
        kinds.add(String((await app.call('GET', path)).headers['content-type']).split(';', 1)[0] ?? '');
      }
    }
    const known = [
      'text/html',
      'text/css',
      'application/javascript',
      'text/javascript',
      'image/svg+xml',
      'application/json',
    ];
    assert.deepEqual([...kinds].sort(), known.sort());
  });

  it('ASVS 3.2.2 and 1.2.3: contain no input of a client', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>\u2028';
    await app.call('POST', '/users', { json: { email: 'x@example.com', name: hostile.replace('\u2028', '') } });
    for (const path of ['/docs', '/redoc', '/docs/json', '/docs/static/swagger-initializer.js']) {
      const headers = {
        'x-forwarded-host': hostile.slice(0, -1),
        'user-agent': hostile.slice(0, -1),
        referer: hostile.slice(0, -1),
      };
      const asked = await app.call('GET', `${path}?x=${encodeURIComponent(hostile)}`, { headers });
      assert.equal(asked.body, (await app.call('GET', path)).body, path);
    }
  });

  it('ASVS 3.7.2: redirect to this server only, however the path is written', async () => {
    for (const path of ['/docs/static/index.html', '//docs//static//index.html', '/docs/static/index.html?x=1']) {
      const { status, headers } = await app.call('GET', path);
      assert.deepEqual([status, headers.location], [302, '/docs/'], path);
    }
  });

  it('can be fetched again without sending them again', async () => {
    const first = await app.call('GET', '/docs/static/swagger-ui.css');
    const etag = String(first.headers.etag);
    const again = await app.call('GET', '/docs/static/swagger-ui.css', { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, again.body], [304, '']);
  });
});

describe('the switch for the documentation', () => {
  it('ASVS 13.4.5: turns off pages, files and document', async () => {
    await using app = await startTestApp({ DOCS: 'off' });
    for (const path of [
      ...PAGES,
      '/docs/json',
      '/docs/yaml',
      '/docs/static/swagger-ui.css',
      '/redoc/redoc.standalone.js',
    ]) {
      mustBeProblem(await app.call('GET', path), 404, 'request.not-found');
    }
  });
});
