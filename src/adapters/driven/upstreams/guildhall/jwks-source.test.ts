import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readJwks } from './jwks-source.ts';

const serving = async (answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const unavailable = (message: RegExp) => ({ name: 'PortError', code: 'jwks.unavailable', message });

describe('readJwks', () => {
  it('reads a URL', async () => {
    await using page = await serving((_, response) => response.end('{"keys":[]}'));
    assert.deepEqual(await readJwks(page.url), { keys: [] });
  });

  it('reads a file', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-jwks-'));
    const path = join(folder.path, 'jwks.json');
    writeFileSync(path, '{"keys":[]}');
    assert.deepEqual(await readJwks(path), { keys: [] });
    await assert.rejects(readJwks(join(folder.path, 'none')), unavailable(/ENOENT/));
    writeFileSync(path, 'keys');
    await assert.rejects(readJwks(path), unavailable(/not JSON/));
  });

  it('rejects JSON that is no JWKS (RFC 7517, 5), such as another page of the same server', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-jwks-'));
    const path = join(folder.path, 'jwks.json');
    for (const json of ['{"message":"Bienvenue"}', '{"keys":{}}', '{"keys":["key"]}', '[]', 'null', '"keys"']) {
      await using page = await serving((_, response) => response.end(json));
      writeFileSync(path, json);
      for (const source of [page.url, path]) await assert.rejects(readJwks(source), unavailable(/it is no JWKS/), json);
    }
  });

  it('reports a page that is missing, moved, not JSON, or too large', async () => {
    const pages: [RegExp, RequestListener][] = [
      [/answered 404/, (_, response) => response.writeHead(404).end('{}')],
      [/answered 302/, (_, response) => response.writeHead(302, { location: '/elsewhere' }).end('{}')],
      [/not JSON/, (_, response) => response.end('<html>')],
      [/too large/, (_, response) => response.end(`"${'x'.repeat(1_100_000)}"`)],
      [/Cannot read/, (request) => request.socket.destroy()],
    ];
    for (const [message, answer] of pages) {
      await using page = await serving(answer);
      await assert.rejects(readJwks(page.url), unavailable(message));
    }
    await assert.rejects(readJwks('http://127.0.0.1:1/jwks.json'), unavailable(/Cannot read the keys from http/));
  });
});
