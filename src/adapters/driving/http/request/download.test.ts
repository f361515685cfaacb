import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fastify } from 'fastify';
import { withTurns } from '../../../../../test/doubles/event-loop-turns.ts';
import { sendDownload } from './download.ts';

const PARTS = 300;

describe('A download', () => {
  it('lets other work go on after each part, however fast it is read', async () => {
    await using app = fastify();
    const content = async function* () {
      for (let nth = 0; nth < PARTS; nth += 1) yield `${nth}\n`;
    };
    app.get('/', (_, reply) => sendDownload(reply, { name: 'a.txt', type: 'text/plain', content: content() }));
    await app.ready();
    const { result, turns } = await withTurns(async () => app.inject('/'));
    assert.equal(result.body.split('\n').length, PARTS + 1);
    assert.ok(turns >= PARTS, `${turns} turns of the event loop`);
  });
});
