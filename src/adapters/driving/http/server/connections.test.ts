import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { ConnectionTracker } from './connections.ts';
import { createHttpServer } from './http-server.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';

/** Starts a server whose responses are sent by the test. */
const serve = async (limits: Partial<HttpLimits> = {}) => {
  const closed: string[] = [];
  const held: ServerResponse[] = [];
  const connections = new ConnectionTracker({ unansweredPerConnection: 100, onClosed: (why) => closed.push(why) });
  const handle = (_: IncomingMessage, response: ServerResponse) => held.push(response);
  const server = createHttpServer(handle, {
    limits: { ...HTTP_LIMITS, keepAliveTimeoutMs: 5_000, ...limits },
    connections,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const holds = async (count: number) => {
    while (held.length < count) await new Promise(setImmediate);
  };
  return {
    connections,
    server,
    held,
    holds,
    closed,
    open: () => connect(port, '127.0.0.1'),
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
};

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('ConnectionTracker', () => {
  it('ends a connection behind the last of several responses, not behind the first', async () => {
    using app = await serve();
    const socket = app.open();
    socket.write(REQUEST.repeat(2));
    await app.holds(2);
    await app.connections.stopListening();
    const drained = app.connections.drain(20);
    socket.write(REQUEST);
    await app.holds(3);
    for (const response of app.held) response.end();
    const [, first = '', second = '', third = ''] = (await buffer(socket)).toString().split('HTTP/1.1 200 OK\r\n');
    assert.deepEqual(
      [first, second, third].map((answer) => /^connection: close\r$/im.test(answer)),
      [false, false, true],
    );
    await drained;
  });

  it('closes a quiet connection, and waits for a response however long it takes', async () => {
    using app = await serve();
    const [quiet, waiting] = [app.open(), app.open()];
    waiting.write(REQUEST);
    await Promise.all([once(quiet, 'connect'), app.holds(1)]);
    const ended = once(quiet.resume(), 'close');
    await app.connections.stopListening();
    const drained = app.connections.drain(20);
    await ended;
    app.held[0]?.end('late');
    const answer = (await buffer(waiting)).toString();
    assert.match(answer, /late/);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    await drained;
  });

  it('keeps idle connections when it stops listening, and accepts no new one', async () => {
    using app = await serve();
    const socket = app.open();
    await once(socket, 'connect');
    await app.connections.stopListening();
    const [error] = (await once(app.open(), 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
    socket.write(REQUEST);
    await app.holds(1);
    app.held[0]?.end();
    assert.match(`${(await once(socket, 'data'))[0]}`, /^HTTP\/1\.1 200 OK\r\n/);
  });

  it('reports connections above the maximum', async () => {
    using app = await serve({ connections: 1 });
    const first = app.open();
    await once(first, 'connect');
    await once(app.open().resume(), 'close');
    assert.deepEqual(app.closed, ['connection.too-many']);
  });
});
