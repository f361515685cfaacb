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

const TEMPLATES = [
  { path: '/plain' },
  { method: 'POST', path: '/with/{n}', headers: { 'content-type': 'application/json' }, body: '{"of":"{n}"}' },
];

/** Records the requests it receives, and responds with `status`. */
const startListener = async (status: number) => {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    received.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(status).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    received,
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

const isComplete = (line: string): boolean =>
  line === 'GET /plain ' || /^POST \/with\/(\d{8}) \{"of":"\1"\}$/.test(line);

describe('LoadGenerator', () => {
  for (const tool of new Set(['autocannon', hasWrk() ? 'wrk' : 'autocannon'] as const)) {
    it(`sends the templates in turn by ${tool}, and never the same number twice`, async () => {
      await using listener = await startListener(200);
      await using open = await openGenerator(tool);
      const load = { url: listener.url, connections: 2, seconds: 1, templates: TEMPLATES };
      const first = await open.generator.run(load);
      const second = await open.generator.run(load);
      const { received } = listener;
      assert.ok(first.requests > 0 && first.requests + second.requests <= received.length);
      assert.deepEqual(
        received.filter((line) => !isComplete(line)),
        [],
      );
      const counted = received.filter((line) => line.startsWith('POST'));
      assert.ok(counted.length > 1 && received.includes('GET /plain '));
      assert.equal(new Set(counted).size, counted.length);
    });

    it(`fails on error responses by ${tool}`, async () => {
      await using listener = await startListener(429);
      await using open = await openGenerator(tool);
      const load = { url: listener.url, connections: 1, seconds: 1, templates: TEMPLATES };
      await assert.rejects(open.generator.run(load), /requests failed/);
    });
  }

  it('counts every request of a closed loop', async () => {
    await using listener = await startListener(200);
    await using open = await openGenerator('autocannon');
    const templates = [{ path: '/plain' }];
    const { requests } = await open.generator.runClosedLoop({
      url: listener.url,
      connections: 3,
      seconds: 1,
      templates,
    });
    assert.equal(requests, listener.received.length);
  });

  it('sends requests at a constant rate', async () => {
    await using listener = await startListener(200);
    await using open = await openGenerator('autocannon');
    const load = { url: listener.url, connections: 8, seconds: 1, templates: [{ path: '/plain' }] };
    const { requests } = await open.generator.runAtConstantRate(load, 50);
    assert.deepEqual([requests, listener.received.length], [50, 50]);
  });
});
