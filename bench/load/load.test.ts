import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { coresHere, hasWrk } from '../harness/machine.ts';
import { LoadGenerator } from './load.ts';

const ASKS = [
  { path: '/plain' },
  { method: 'POST', path: '/with/{n}', headers: { 'content-type': 'application/json' }, body: '{"of":"{n}"}' },
];

/** Keeps what it is asked, and answers `status`. */
const startListener = async (status: number) => {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    heard.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(status).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    heard,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};

const openGenerator = async (tool: 'wrk' | 'autocannon') => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-bench-'));
  return {
    generator: new LoadGenerator({ tool, folder: folder.path, cores: coresHere() }),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
};

const isWhole = (line: string): boolean => line === 'GET /plain ' || /^POST \/with\/(\d{8}) \{"of":"\1"\}$/.test(line);

describe('LoadGenerator', () => {
  for (const tool of new Set(['autocannon', hasWrk() ? 'wrk' : 'autocannon'] as const)) {
    it(`asks in turn by ${tool}, and never with the same number twice`, async () => {
      await using listener = await startListener(200);
      await using open = await openGenerator(tool);
      const load = { url: listener.url, connections: 2, seconds: 1, asks: ASKS };
      const first = await open.generator.run(load);
      const second = await open.generator.run(load);
      const { heard } = listener;
      assert.ok(first.requests > 0 && first.requests + second.requests <= heard.length);
      assert.deepEqual(
        heard.filter((line) => !isWhole(line)),
        [],
      );
      const counted = heard.filter((line) => line.startsWith('POST'));
      assert.ok(counted.length > 1 && heard.includes('GET /plain '));
      assert.equal(new Set(counted).size, counted.length);
    });

    it(`takes no refusal for an answer by ${tool}`, async () => {
      await using listener = await startListener(429);
      await using open = await openGenerator(tool);
      const load = { url: listener.url, connections: 1, seconds: 1, asks: ASKS };
      await assert.rejects(open.generator.run(load), /requests failed/);
    });
  }

  it('leaves nothing out that was asked for patiently', async () => {
    await using listener = await startListener(200);
    await using open = await openGenerator('autocannon');
    const asks = [{ path: '/plain' }];
    const { requests } = await open.generator.runPatiently({ url: listener.url, connections: 3, seconds: 1, asks });
    assert.equal(requests, listener.heard.length);
  });

  it('asks steadily as often as it was told', async () => {
    await using listener = await startListener(200);
    await using open = await openGenerator('autocannon');
    const load = { url: listener.url, connections: 8, seconds: 1, asks: [{ path: '/plain' }] };
    const { requests } = await open.generator.runSteadily(load, 50);
    assert.deepEqual([requests, listener.heard.length], [50, 50]);
  });
});
