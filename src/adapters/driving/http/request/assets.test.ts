import assert from 'node:assert/strict';
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
});
