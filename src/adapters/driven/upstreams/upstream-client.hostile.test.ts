import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aClient } from '../../../../test/builders/upstream-builder.ts';
import { startSimulator } from '../../../../test/simulators/simulator.ts';
import type { PortError } from '../../../ports/port-error.ts';

const startServer = () => startSimulator(() => ({ status: 200, json: { ok: true } }));

describe('UpstreamClient and hostile servers', () => {
  it('ASVS 12.3.2: sends nothing to a server without a valid certificate', async () => {
    await using forged = await startForgedServer();
    await using example = aClient(forged.baseUrl);
    const { client } = example;
    const request = { url: client.url('x'), headers: { authorization: 'Bearer secret' }, shareAs: 'app' };
    await assert.rejects(client.send(request, client.deadline()), (failure: PortError) => {
      assert.deepEqual(failure.messages, ['Example cannot be reached securely.']);
      assert.match(failure.message, /SELF_SIGNED|EXPIRED|VERIFY/);
      return true;
    });
    assert.equal(forged.requests(), 0);
  });

  it('ASVS 1.3.6 and 13.2.4: rejects a link to another host, port or protocol', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl);
    const { client } = example;
    const from = client.url('users/x/orgs');
    const { port } = new URL(service.baseUrl);
    assert.equal(client.linked('/user/1/orgs?page=2', from).href, `${service.baseUrl}/user/1/orgs?page=2`);
    const foreign = [
      'http://169.254.169.254/latest/meta-data',
      'http://127.0.0.1:1/x',
      `http://localhost:${port}/x`,
      `http://0x7f.1.example:${port}/x`,
      `http://[::1]:${port}/x`,
      `https://127.0.0.1:${port}/x`,
      `//example.com:${port}/x`,
      `http://127.0.0.1:${port}@example.com/x`,
      'file:///etc/passwd',
      'http://',
    ];
    for (const target of foreign) {
      assert.throws(() => client.linked(target, from), { code: 'upstream.nonsense' }, target);
    }
    assert.deepEqual(service.paths, []);
  });

  it('ASVS 1.2.2: keeps any name within one segment of the path of its own host', () => {
    const { client } = aClient('https://api.example.com');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
        if (!name.isWellFormed() || /^\.{1,2}$/.test(name)) return;
        const url = client.url(`users/${encodeURIComponent(name)}/orgs?per_page=100`);
        assert.equal(url.origin, 'https://api.example.com');
        assert.equal(url.pathname.split('/').length, 4);
      }),
      { numRuns: 10_000 },
    );
  });
});

/** HTTPS with a self-signed certificate. */
const startForgedServer = async () => {
  const { key, cert } = createRequire(import.meta.url)('smtp-server/lib/tls-options.js')() as Record<string, string>;
  let requests = 0;
  const server = createTlsServer({ key, cert }, (_, response) => {
    requests += 1;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
};
