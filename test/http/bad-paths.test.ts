import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ODD_IDS } from './odd-ids.ts';
import { operationsOf, pathOf, UNKNOWN_ID } from './operations.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { exchange, mustBeGuarded } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

describe('a path', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app[Symbol.asyncDispose]());

  it('with something else than an id is refused, and the id is named', async () => {
    const long = 'a'.repeat(290);
    const ids = [
      '1',
      'x',
      '-1',
      '1e308',
      `${UNKNOWN_ID}0`,
      '%00',
      '%0d%0a',
      '%20',
      '*',
      '..;',
      '%25',
      long,
      ...ODD_IDS,
    ];
    const operations = operationsOf(app).filter(({ template }) => template.includes('{id}'));
    assert.ok(operations.length >= 4);
    for (const operation of operations) {
      for (const id of [...ids, '%F0%9F%98%80', 'constructor', '__proto__']) {
        const json = Object.keys(operation.bodies).length > 0 ? { name: 'Eve' } : undefined;
        const answer = await app.call(operation.method, pathOf(operation, id), { json });
        mustBeProblem(answer, 400, 'request.invalid', 'id');
      }
    }
  });

  it('with a part past all measure is refused', async () => {
    for (const part of ['a'.repeat(5_000), '%61'.repeat(2_000)]) {
      mustBeProblem(await app.call('GET', `/users/${part}`), 400, 'request.invalid', /path/);
      mustBeProblem(await app.call('DELETE', `/sessions/${part}`), 400, 'request.invalid', /path/);
      mustBeProblem(await app.call('GET', `/${part}`), 404, 'request.not-found');
    }
  });

  it('with a text as long as the document allows is read, of whatever characters', async () => {
    const tried = operationsOf(app).flatMap((operation) =>
      operation.parameters
        .filter((parameter) => parameter.in === 'path' && parameter.schema.maxLength !== undefined)
        .map(({ name, schema }) => ({ operation, name, longest: '\u{1f600}'.repeat(Number(schema.maxLength)) })),
    );
    assert.ok(tried.length >= 4);
    for (const { operation, name, longest } of tried) {
      const template = operation.template.replace(`{${name}}`, encodeURIComponent(longest));
      const answer = await app.call(operation.method, pathOf({ template }));
      assert.doesNotMatch(answer.body, /too long/, operation.template);
    }
  });

  it('that is not percent-encoded UTF-8 is refused', async () => {
    for (const part of ['%', '%4', '%zz', '%ff', '%c0%80', '%ed%a0%80', '%e2%82']) {
      for (const path of [`/users/${part}`, `/sessions/${part}`, `/docs/static/${part}`, `/${part}`]) {
        mustBeProblem(await app.call('GET', path), 400, 'request.invalid', /path/);
      }
    }
  });

  it('ASVS 1.1.1: is decoded once, so that what is encoded twice stays what it was', async () => {
    assert.equal((await app.call('GET', '/%75sers')).status, 200);
    for (const twice of ['/%2575sers', '/users%252f1', '/%252e%252e/users', '/users/..%252f']) {
      const { status } = await app.call('GET', twice);
      assert.ok(status === 404 || status === 400, `${twice}: ${status}`);
    }
    const email = '%2561da@example.com';
    await app.call('POST', '/users', { json: { email } });
    const found = await app.call('GET', `/users?email=${encodeURIComponent(email)}`);
    assert.deepEqual(
      found.json().map((user: { email: string }) => user.email),
      [email],
    );
    const form = await app.call('POST', '/users', {
      form: { email: '%2562ob@example.com', password: 'a harmless phrase' },
    });
    assert.equal(form.json().email, '%2562ob@example.com');
  });

  it('with slashes too many, or one at the end, is the path without them', async () => {
    for (const path of ['/_health', '//_health', '/_health/', '///_health//', '//_health//?']) {
      assert.deepEqual((await app.call('GET', path)).json(), { status: 'OK' }, path);
    }
    assert.equal((await app.call('GET', '//users//')).status, 200);
    assert.equal((await app.call('GET', '/%2f_health')).status, 404);
  });

  it('ASVS 5.3.2: leads to no file', async () => {
    const port = await app.listen();
    const steps = [
      '../',
      '..%2f',
      '%2e%2e%2f',
      '%2e%2e/',
      '..%5c',
      '..\\',
      '....//',
      '..%00/',
      '%2e%2e%5c',
      '..;/',
      './/',
      '%c0%ae%c0%ae/',
    ];
    const files = ['package.json', 'etc/passwd', 'src/main.ts', 'etc/passwd%00.css'];
    const paths = ['/', '/docs/', '/docs/static/', '/redoc/', '/users/', '/docs/static/./'].flatMap((folder) =>
      steps.flatMap((step) => files.map((file) => `${folder}${step.repeat(8)}${file}`)),
    );
    const odd = [
      '/docs/static/%2fetc%2fpasswd',
      '/docs/static//etc/passwd',
      '/docs/static/.',
      '/docs/static/..',
      '/docs/static/%2e%2e/package.json',
    ];
    for (const path of [...paths, ...odd]) {
      // Raw, because clients tidy such paths up before they send them.
      const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const [answer] = await exchange(port, request);
      assert.ok(answer?.status === 400 || answer?.status === 404, `${path}: ${answer?.status}`);
      mustBeGuarded(answer);
      assert.doesNotMatch(answer.body, /fastify-swagger|root:/);
    }
  });

  it('ASVS 13.4.3 and 13.4.7: lists no folder, and serves no file that is not part of the documentation', async () => {
    const folders = ['/docs/static/', '/docs/static', '/redoc/', '/.well-known/', '/migrations/'];
    const files = ['swagger-ui.css.map', 'swagger-ui-bundle.js.map', 'package.json', 'x.ts', '.env', 'x.db'];
    for (const path of [
      ...folders.slice(0, 2),
      ...files.flatMap((file) => [`/docs/static/${file}`, `/${file}`, `/redoc/${file}`]),
    ]) {
      mustBeProblem(await app.call('GET', path), 404, 'request.not-found');
    }
    for (const path of ['/.git/config', '/.env', '/package.json', '/node_modules/', ...folders.slice(3)]) {
      mustBeProblem(await app.call('GET', path), 404, 'request.not-found');
    }
  });

  it('ASVS 14.2.5: with a file name behind it is another path, and not kept by a cache', async () => {
    const { session } = await join(app);
    for (const path of ['/profile/x.css', '/profile%2fx.css', '/profile;x.css', '/profile.css', '/sessions/x.js']) {
      const answer = await app.call('GET', path, { session });
      assert.ok(answer.status === 404 || answer.status === 400 || answer.status === 405, `${path}: ${answer.status}`);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.doesNotMatch(answer.body, /ada@example\.com/);
    }
  });
});
