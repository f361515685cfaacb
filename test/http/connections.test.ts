import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HTTP_LIMITS } from '../../src/adapters/driving/http/server/limits.ts';
import { exchange, headerOf, mustBeGuarded, type RawAnswer } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';

const mustRefuse = (answer: RawAnswer | undefined, status: number, code: string): void => {
  assert.ok(answer);
  assert.equal(answer.status, status, answer.body);
  assert.equal(JSON.parse(answer.body).code, code);
  mustBeGuarded(answer);
};

/** Only a test that is about late clients lets them be late. */
const LONG_LIMITS = { headersTimeoutMs: 300_000, requestTimeoutMs: 300_000 };
/** The limits are for people on slow lines; the machinery is the same with shorter ones. */
const SHORT_LIMITS = { headersTimeoutMs: 500, requestTimeoutMs: 1_000, connectionsCheckingIntervalMs: 50 };

describe('a connection', () => {
  let app: TestApp;
  let port: number;
  before(async () => {
    app = await startTestApp({}, undefined, { limits: { ...LONG_LIMITS, keepAliveTimeoutMs: 300_000 } });
    port = await app.listen();
  });
  after(() => app[Symbol.asyncDispose]());

  it('ASVS 15.2.2: is refused with 431 past 16 KiB of headers, in one header, in many, or in the path', async () => {
    const flood = Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1\r\n`).join('');
    for (const bytes of [
      `GET /_health HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(17_000)}\r\n\r\n`,
      `GET /_health HTTP/1.1\r\n${HOST}Cookie: session_id=${'a'.repeat(100_000)}\r\n\r\n`,
      `GET /_health HTTP/1.1\r\n${HOST}${flood}\r\n`,
      `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${HOST}\r\n`,
    ]) {
      const [answer] = await exchange(port, bytes);
      mustRefuse(answer, 431, 'request.headers-too-large');
    }
    const [fits] = await exchange(port, `GET /_health HTTP/1.1\r\n${HOST}${CLOSE}X-A: ${'a'.repeat(15_000)}\r\n\r\n`);
    assert.equal(fits?.status, 200);
  });

  it('is refused with 408 when its headers do not come', async () => {
    await using limited = await startTestApp({}, undefined, { limits: SHORT_LIMITS });
    const limitedPort = await limited.listen();
    for (const start of ['GET /_health HTTP/1.1\r\nHost: loc', 'G', `GET /_health HTTP/1.1\r\n${HOST}`]) {
      const [answer] = await exchange(limitedPort, start);
      mustRefuse(answer, 408, 'request.timeout');
      assert.equal(answer && headerOf(answer, 'connection'), 'close');
    }
  });

  it('is refused with 408 when its body does not come', async () => {
    const start = `POST /register HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"e`;
    await using limited = await startTestApp({}, undefined, { limits: SHORT_LIMITS });
    const [answer] = await exchange(await limited.listen(), start);
    mustRefuse(answer, 408, 'request.timeout');
    assert.equal(limited.rows().users, 0);
  });

  it('stays open while it is idle for less than KEEP_ALIVE_TIMEOUT, however soon a stalled one is closed', async () => {
    const limits = { ...LONG_LIMITS, keepAliveTimeoutMs: 300_000, stalledConnectionMs: 50 };
    await using app = await startTestApp({}, undefined, { limits });
    const socket = connect(await app.listen(), '127.0.0.1');
    for (let request = 1; request <= 2; request += 1) {
      socket.write(`GET /_health HTTP/1.1\r\n${HOST}\r\n`);
      assert.match(`${(await once(socket, 'data'))[0]}`, /^HTTP\/1\.1 200 OK\r\n/);
      await sleep(500);
    }
    assert.equal(socket.readyState, 'open');
    socket.destroy();
  });

  it('is closed when nothing more comes', async () => {
    await using limited = await startTestApp({}, undefined, { limits: { ...LONG_LIMITS, keepAliveTimeoutMs: 200 } });
    const [answer, ...more] = await exchange(await limited.listen(), `GET /_health HTTP/1.1\r\n${HOST}\r\n`);
    assert.deepEqual([answer?.status, more], [200, []]);
  });

  it('is refused with 413 before a huge body has come', async () => {
    const head = `POST /register HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: application/json\r\n`;
    for (const bytes of [
      `${head}Content-Length: 999999999\r\n\r\n{`,
      `${head}Transfer-Encoding: chunked\r\n\r\n20000\r\n${'x'.repeat(0x20000)}\r\n`,
    ]) {
      const [answer] = await exchange(port, bytes);
      mustRefuse(answer, 413, 'request.too-large');
    }
  });

  it('carries one request after the other, and no answer is mistaken for another', async () => {
    const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`;
    const answers = await exchange(port, get('/_health') + get('/nope') + get('/') + get('/profile', CLOSE));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404, 200, 403],
    );
    for (const answer of answers) mustBeGuarded(answer);
    const ids = new Set(answers.map((answer) => headerOf(answer, 'x-request-id')));
    assert.equal(ids.size, 4);
  });

  it('answers Expect: 100-continue, then the request', async () => {
    const head = `POST /register HTTP/1.1\r\n${HOST}${CLOSE}Expect: 100-continue\r\nContent-Type: application/json\r\n`;
    const answers = await exchange(port, `${head}Content-Length: 2\r\n\r\n{}`);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [100, 400],
    );
  });

  for (const path of ['/nothing', '/_ready', '/users']) {
    const status = path === '/nothing' ? 404 : 200;
    const statuses = (answers: Awaited<ReturnType<typeof exchange>>) => answers.map((answer) => answer.status);

    it(`answers GET ${path} before a CONNECT in the same packet`, async () => {
      const get = `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
      const answers = await exchange(port, `${get}CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`);
      assert.deepEqual(statuses(answers), [status, 405]);
    });

    it(`answers GET ${path} before bytes in the same packet that are no HTTP`, async () => {
      const get = `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
      assert.deepEqual(statuses(await exchange(port, `${get}${get}no HTTP\r\n\r\n`)), [status, status, 400]);
    });
  }

  it('takes no CONNECT', async () => {
    const [answer] = await exchange(port, `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`);
    mustRefuse(answer, 405, 'request.method-not-allowed');
    assert.equal(answer && headerOf(answer, 'allow'), '');
  });

  it('ASVS 4.2.2: states the length of every body, and none without a body', async () => {
    const ask = (method: string, path: string) =>
      exchange(port, `${method} ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, method);
    for (const path of ['/', '/_health', '/_ready', '/metrics', '/docs', '/docs/json', '/redoc', '/users', '/nope']) {
      const [got] = await ask('GET', path);
      const [head] = await ask('HEAD', path);
      assert.ok(got && head);
      assert.equal(head.status, got.status, path);
      assert.equal(head.body, '');
      if (path !== '/metrics') assert.equal(headerOf(head, 'content-length'), headerOf(got, 'content-length'), path);
    }
  });
});

describe('the limits of connections', () => {
  it('are those of HTTP_LIMITS and KEEP_ALIVE_TIMEOUT', async () => {
    await using app = await startTestApp({ KEEP_ALIVE_TIMEOUT: '620s' });
    assert.equal(app.app.server.keepAliveTimeout, 620_000);
    const { server, initialConfig } = app.app;
    assert.equal(server.headersTimeout, HTTP_LIMITS.headersTimeoutMs);
    assert.equal(server.requestTimeout, HTTP_LIMITS.requestTimeoutMs);
    assert.equal(server.maxConnections, HTTP_LIMITS.connections);
    assert.equal(initialConfig.bodyLimit, HTTP_LIMITS.bodyBytes);
  });
});
