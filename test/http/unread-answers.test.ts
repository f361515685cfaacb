import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
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

describe('a client that asks and does not read', () => {
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

  it('may send as many as the limit says before it reads', async () => {
    await using app = await startTestApp();
    const port = await app.listen();
    const requests = get('/docs/json').repeat(HTTP_LIMITS.unansweredPerConnection - 1);
    const all = await talk(port, requests + get('/docs/json', 'Connection: close\r\n'));
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

describe('the OpenAPI document', () => {
  it('is written once, not for each who asks', async () => {
    await using app = await startTestApp();
    const document = JSON.stringify(app.app.swagger());
    const askForBoth = async () => [
      (await app.call('GET', '/docs/json')).body,
      (await app.call('GET', '/docs/yaml')).body,
    ];
    const first = await askForBoth();
    assert.equal(first[0], document);
    Object.defineProperty(app.app, 'swagger', { value: () => assert.fail('it was written anew') });
    assert.deepEqual(await askForBoth(), first);
  });
});
