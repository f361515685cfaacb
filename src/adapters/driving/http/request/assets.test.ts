import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { describe, it } from 'node:test';
import { fastify } from 'fastify';
import { Assets } from './assets.ts';

describe('A file of the documentation', () => {
  it('that could not be loaded is loaded by the next request', async () => {
    const assets = new Assets();
    let loads = 0;
    const load = async () => {
      loads += 1;
      if (loads === 1) throw new Error('too many open files');
      return 'body {}';
    };
    const app = fastify();
    app.get('/', (request, reply) => assets.send(request, reply, { name: 'a.css', load, cacheControl: 'no-store' }));
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await app.inject('/')).statusCode);
    assert.deepEqual([statuses, loads], [[500, 200, 200], 2]);
    await app.close();
  });

  it('is owed nothing to a client that left while it was loaded', async () => {
    const assets = new Assets();
    const { promise: content, resolve: finishLoading } = Promise.withResolvers<Buffer>();
    const file = { name: 'a.js', load: () => content, cacheControl: 'no-store' };
    await using app = fastify();
    app.get('/', (request, reply) => assets.send(request, reply, file));
    await app.listen({ host: '127.0.0.1', port: 0 });
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
    const [{ socket }] = await once(app.server, 'request');
    client.destroy();
    await once(socket, 'close');
    // Three of it are more than all clients together may leave unread.
    finishLoading(Buffer.alloc(12 * 1024 * 1024));
    assert.equal((await app.inject('/')).statusCode, 200);
  });
});
