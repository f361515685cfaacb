import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { anId } from '../../../../../test/builders/ids.ts';
import { ClientErrors } from './client-errors.ts';

/** Longer than any test takes. Unit: ms. */
const LONG_MS = 600_000;

/** Starts a bare server. Only a test of late requests shortens the time-outs. */
const serve = async (
  listener: RequestListener,
  { stalls = { hasStalled: false }, timeoutMs = LONG_MS, extensionMs = LONG_MS } = {},
) => {
  const recorded: unknown[] = [];
  const clientErrors = new ClientErrors({
    idGenerator: { next: () => anId(1) },
    securityLog: { record: () => {} },
    logger: { info: (line: unknown) => recorded.push(line) },
    metrics: { countRejected: (code) => recorded.push(code) },
    stalls,
    extensionMs,
  });
  const timeouts = { headersTimeout: timeoutMs, requestTimeout: timeoutMs, connectionsCheckingInterval: 20 };
  const server = createServer(timeouts, listener);
  clientErrors.attach(server);
  server.on('clientError', (error, socket) => clientErrors.handle(error, socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, recorded, [Symbol.dispose]: () => server.close() };
};

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('ClientErrors', () => {
  it('ASVS 4.2.1: inserts no response into one that is being written', async () => {
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

  it('answers garbage that follows a complete response', async () => {
    using broken = await serve((_, response) => response.end('whole'));
    const socket = connect(broken.port, '127.0.0.1');
    socket.write(REQUEST);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.write('GARBAGE\r\n\r\n');
    assert.match(`${first}`, /whole/);
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it('closes the connection of a client that does not close it', async () => {
    using broken = await serve((_, response) => response.end());
    const socket = connect({ port: broken.port, host: '127.0.0.1', allowHalfOpen: true });
    const [peer] = (await once(broken.server, 'connection')) as [NodeJS.EventEmitter];
    socket.resume();
    socket.write('GARBAGE\r\n\r\n');
    await once(peer, 'close');
    socket.destroy();
  });

  it('logs and counts what it rejects', async () => {
    using broken = await serve((_, response) => response.end());
    const socket = connect(broken.port, '127.0.0.1');
    socket.write('GARBAGE\r\n\r\n');
    const [, id] = /"request_id":"([^"]+)"/.exec((await buffer(socket)).toString()) ?? [];
    const line = { request_id: id, code: 'request.invalid', ip: '127.0.0.1' };
    assert.deepEqual(broken.recorded, ['request.invalid', line]);
  });

  it('has the id of a request whose body is ill-formed, and a new one after it', async () => {
    using broken = await serve((request, response) => void request.resume().once('end', () => response.end('whole')));
    const post = 'POST / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: mine-1\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const [sent, id] of [
      [`${post}GARBAGE\r\n`, 'mine-1'],
      [`${post}0\r\n\r\nGARBAGE\r\n\r\n`, anId(1)],
    ] as const) {
      const socket = connect(broken.port, '127.0.0.1');
      socket.write(sent);
      const answer = (await buffer(socket)).toString();
      assert.match(answer, new RegExp(`^x-request-id: ${id}\r$[^]*"request_id":"${id}"`, 'm'));
    }
  });

  it('does not reject a request that is late because the event loop stalled', async () => {
    using broken = await serve((_, response) => response.end('whole'), {
      stalls: { hasStalled: true },
      timeoutMs: 100,
    });
    const socket = connect(broken.port, '127.0.0.1');
    const [late] = (await once(broken.server, 'clientError')) as [NodeJS.ErrnoException];
    assert.equal(late.code, 'ERR_HTTP_REQUEST_TIMEOUT');
    socket.write(REQUEST);
    assert.match(`${(await once(socket, 'data'))[0]}`, /^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
    assert.deepEqual(broken.recorded, []);
  });

  it('grants no second extension', async () => {
    const stalls = { hasStalled: true };
    using broken = await serve((_, response) => response.end(), { stalls, timeoutMs: 100, extensionMs: 300 });
    const socket = connect(broken.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n');
    await once(broken.server, 'clientError');
    stalls.hasStalled = false;
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.equal(broken.recorded[0], 'request.timeout');
  });
});
