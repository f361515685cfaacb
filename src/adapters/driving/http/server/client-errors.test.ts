import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { ClientErrors } from './client-errors.ts';

/** Longer than any test takes. Unit: ms. */
const LONG_MS = 600_000;

/** A server that knows nothing else. Only a test that is about late requests lets them be late. */
const serve = async (
  listener: RequestListener,
  { stall = { isFresh: false }, timeoutMs = LONG_MS, secondChanceMs = LONG_MS } = {},
) => {
  const told: unknown[] = [];
  const brokenHttp = new ClientErrors({
    securityLog: { record: () => {} },
    logger: { info: (line: unknown) => told.push(line) },
    metrics: { countRefused: (code) => told.push(code) },
    stall,
    secondChanceMs,
  });
  const timeouts = { headersTimeout: timeoutMs, requestTimeout: timeoutMs, connectionsCheckingInterval: 20 };
  const server = createServer(timeouts, listener);
  brokenHttp.watch(server);
  server.on('clientError', (error, socket) => brokenHttp.refuse(error, socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, told, [Symbol.dispose]: () => server.close() };
};

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('BrokenHttp', () => {
  it('ASVS 4.2.1: slips no answer into one that is being written', async () => {
    using broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half,');
    });
    const socket = connect(broken.port, '127.0.0.1');
    socket.write(REQUEST);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.write('GARBAGE\r\n\r\n');
    const rest = await buffer(socket);
    assert.match(`${first}${rest}`, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhalf,$/);
  });

  it('answers garbage behind an answer that is complete', async () => {
    using broken = await serve((_, response) => response.end('whole'));
    const socket = connect(broken.port, '127.0.0.1');
    socket.write(REQUEST);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.write('GARBAGE\r\n\r\n');
    assert.match(`${first}`, /whole/);
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it('cuts off who was told off and does not hang up', async () => {
    using broken = await serve((_, response) => response.end());
    const socket = connect({ port: broken.port, host: '127.0.0.1', allowHalfOpen: true });
    const [peer] = (await once(broken.server, 'connection')) as [NodeJS.EventEmitter];
    socket.resume();
    socket.write('GARBAGE\r\n\r\n');
    await once(peer, 'close');
    socket.destroy();
  });

  it('logs and counts what it refuses', async () => {
    using broken = await serve((_, response) => response.end());
    const socket = connect(broken.port, '127.0.0.1');
    socket.write('GARBAGE\r\n\r\n');
    const [, id] = /"request_id":"([^"]+)"/.exec((await buffer(socket)).toString()) ?? [];
    const line = { request_id: id, code: 'request.invalid', ip: '127.0.0.1' };
    assert.deepEqual(broken.told, ['request.invalid', line]);
  });

  it('blames nobody for the time that we stood still ourselves', async () => {
    using broken = await serve((_, response) => response.end('whole'), {
      stall: { isFresh: true },
      timeoutMs: 100,
    });
    const socket = connect(broken.port, '127.0.0.1');
    const [late] = (await once(broken.server, 'clientError')) as [NodeJS.ErrnoException];
    assert.equal(late.code, 'ERR_HTTP_REQUEST_TIMEOUT');
    socket.write(REQUEST);
    assert.match(`${(await once(socket, 'data'))[0]}`, /^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
    assert.deepEqual(broken.told, []);
  });

  it('waits no second time for who is late all the same', async () => {
    const stall = { isFresh: true };
    using broken = await serve((_, response) => response.end(), { stall, timeoutMs: 100, secondChanceMs: 300 });
    const socket = connect(broken.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n');
    await once(broken.server, 'clientError');
    stall.isFresh = false;
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.equal(broken.told[0], 'request.timeout');
  });
});
