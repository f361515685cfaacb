import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { HTTP_LIMITS } from '../../src/adapters/driving/http/server/limits.ts';
import { talk } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

/** How often something was refused before it was a request. */
const refusedFor = async (app: TestApp, code: string): Promise<number> => {
  const { body } = await app.call('GET', '/metrics');
  return Number(new RegExp(`^http_rejected_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0);
};

const openTo = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

describe('a client that sends requests and does not read', () => {
  it('ASVS 15.2.2: cannot have thousands of answers made for it', async () => {
    await using app = await startTestApp();
    const port = await app.listen();
    let made = 0;
    app.app.server.on('request', (_, response) => {
      if (!response.destroyed) response.once('prefinish', () => (made += 1));
    });
    for (let client = 0; client < 3; client += 1) {
      const socket = await openTo(port);
      socket.pause();
      socket.write(get('/docs/json').repeat(1_000));
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      socket.once('close', () => resolve()).resume();
      await closed;
    }
    const most = 3 * HTTP_LIMITS.unansweredPerConnection;
    assert.ok(made <= most, `${made} answers were made`);
    assert.equal(await refusedFor(app, 'connection.pipelined'), 3);
  });

  it('may send as many as the limit before it reads', async () => {
    await using app = await startTestApp();
    const port = await app.listen();
    // Compressed, so that all together stay below what downloads of the documentation may owe.
    const compressed = 'Accept-Encoding: gzip\r\n';
    const requests = get('/docs/json', compressed).repeat(HTTP_LIMITS.unansweredPerConnection - 1);
    const all = await talk(port, requests + get('/docs/json', `${compressed}Connection: close\r\n`));
    const [{ length }] = [all.toString('latin1').match(/HTTP\/1\.1 200 OK\r\n/g) ?? []];
    assert.equal(length, HTTP_LIMITS.unansweredPerConnection);
  });

  it('is cut off after a while in which nothing moves', async () => {
    await using app = await startTestApp({}, undefined, { limits: { stalledConnectionMs: 200 } });
    const socket = await openTo(await app.listen());
    socket.pause();
    const [peer] = await Promise.all([
      once(app.app.server, 'request').then(([{ socket }]) => socket as Socket),
      // More than the buffers between the two take.
      socket.write(get('/redoc/redoc.standalone.js').repeat(50)),
    ]);
    await once(peer, 'close');
    assert.equal(await refusedFor(app, 'connection.not-read'), 1);
    socket.destroy();
  });
});

describe('the files of the documentation', () => {
  const FILES = [
    '/docs/static/swagger-ui-bundle.js',
    '/docs/static/swagger-ui.css',
    '/redoc/redoc.standalone.js',
    '/docs/json',
    '/docs/yaml',
  ];

  it('are sent compressed to clients that accept it, and as they are to others', async () => {
    await using app = await startTestApp();
    for (const url of FILES) {
      const ask = (acceptEncoding: string) => app.app.inject({ url, headers: { 'accept-encoding': acceptEncoding } });
      const plain = await ask('identity');
      assert.deepEqual([plain.headers['content-encoding'], plain.headers.vary], [undefined, 'Accept-Encoding'], url);
      for (const accepted of ['gzip', 'br, GZIP;q=0.5, *;q=0']) {
        const { headers, rawPayload } = await ask(accepted);
        assert.deepEqual([headers['content-encoding'], headers.vary], ['gzip', 'Accept-Encoding'], accepted);
        assert.ok(rawPayload.length < plain.rawPayload.length / 3, url);
        assert.ok(gunzipSync(rawPayload).equals(plain.rawPayload), url);
      }
      for (const refused of ['', 'br', 'gzip;q=0', 'gzip; q=0.000', 'xgzip']) {
        assert.equal((await ask(refused)).headers['content-encoding'], undefined, refused);
      }
    }
  });

  it('are owed to clients that do not read up to a number of bytes, and then the documentation is overloaded', async () => {
    await using app = await startTestApp();
    const port = await app.listen();
    const asked = 40;
    const { length } = (await app.app.inject('/docs/static/swagger-ui-bundle.js')).rawPayload;
    const served = Math.floor((32 * 1024 * 1024) / length);
    assert.ok(served < asked);
    const close = get('/docs/json', 'Connection: close\r\n');
    const received = (await talk(port, get('/docs/static/swagger-ui-bundle.js').repeat(asked) + close)).toString(
      'latin1',
    );
    assert.equal(received.match(/HTTP\/1\.1 200 OK\r\n/g)?.length, served + 1);
    const overloaded = received.split('HTTP/1.1 ').filter((answer) => answer.startsWith('503 '));
    assert.equal(overloaded.length, asked - served);
    for (const answer of overloaded) {
      assert.match(answer, /^cache-control: no-store\r$/im);
      assert.doesNotMatch(answer, /^(?:etag|vary):/im);
    }
    assert.equal((await app.call('GET', '/docs/static/swagger-ui-bundle.js')).status, 200);
  });
});

describe('the OpenAPI document', () => {
  it('is written once, not for each request', async () => {
    await using app = await startTestApp();
    const document = JSON.stringify(app.document);
    const askForBoth = async () => [
      (await app.call('GET', '/docs/json')).body,
      (await app.call('GET', '/docs/yaml')).body,
    ];
    const first = await askForBoth();
    assert.equal(first[0], document);
    Object.defineProperty(app.app, 'documentation', { value: () => assert.fail('it was written anew') });
    assert.deepEqual(await askForBoth(), first);
  });
});
