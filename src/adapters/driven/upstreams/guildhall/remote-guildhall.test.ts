import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { remoteUsersContract } from '../../../../../test/contracts/remote-users.contract.ts';
import { ADMIN_KEY, startTestApp } from '../../../../../test/http/test-app.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import { RemoteGuildhall } from './remote-guildhall.ts';

const ADA = { name: 'Ada', email: 'ada@example.com' };

/** A server that requires its admin key. */
const aGuildhall = async () => {
  const app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
  return { app, url: new URL(await app.app.listen({ host: '127.0.0.1', port: 0 })) };
};

remoteUsersContract('another Guildhall', async () => {
  const { app, url } = await aGuildhall();
  return {
    intake: new RemoteGuildhall({ url, key: new Secret(ADMIN_KEY) }),
    async names() {
      const users = (await app.call('GET', '/users', { bearer: ADMIN_KEY })).json() as { name: string | null }[];
      return users.map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
});

/** Another server, and the requests it received. */
const aServer = async (listener: RequestListener) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'without a key'}`);
    listener(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};

const answering = (status: number) => aServer((_, response) => void response.writeHead(status).end());

describe('RemoteGuildhall', () => {
  it('reports a missing or wrong key', async () => {
    const { app, url } = await aGuildhall();
    await using _ = app;
    for (const key of [undefined, new Secret('wrong')]) {
      const creating = new RemoteGuildhall({ url, key }).create(ADA);
      await assert.rejects(creating, { code: 'user-intake.refused', message: /--key/ });
    }
  });

  it('sends to the path below its base URL', async () => {
    await using server = await answering(201);
    const intake = new RemoteGuildhall({ url: new URL('/guild/', server.url), key: undefined });
    assert.equal(await intake.create(ADA), 'created');
    assert.deepEqual(server.seen, ['POST /guild/users without a key']);
  });

  it('ASVS 10.1.1: sends its key to this server only: no redirect is followed', async () => {
    await using elsewhere = await answering(201);
    await using server = await aServer(
      (_, response) => void response.writeHead(307, { location: new URL('/users', elsewhere.url).href }).end(),
    );
    const intake = new RemoteGuildhall({ url: server.url, key: new Secret('key') });
    await assert.rejects(intake.create(ADA), { code: 'user-intake.refused' });
    assert.deepEqual([server.seen, elsewhere.seen], [['POST /users Bearer key'], []]);
  });

  for (const status of [429, 500, 503]) {
    it(`does not retry after a ${status}`, async () => {
      await using server = await answering(status);
      const intake = new RemoteGuildhall({ url: server.url, key: undefined });
      await assert.rejects(intake.create(ADA), { code: 'user-intake.unavailable' });
      assert.equal(server.seen.length, 1);
    });
  }

  it('rejects a 200 or 404 as not from a Guildhall server', async () => {
    for (const status of [200, 404]) {
      await using server = await answering(status);
      const intake = new RemoteGuildhall({ url: server.url, key: undefined });
      await assert.rejects(intake.create(ADA), { code: 'user-intake.refused', message: /is it a Guildhall/ });
    }
  });

  it('is unavailable after its deadline, or when the connection is refused', async () => {
    await using silent = await aServer(() => {});
    const intake = new RemoteGuildhall({ url: silent.url, key: undefined, deadlineMs: 100 });
    await assert.rejects(intake.create(ADA), { code: 'user-intake.unavailable' });
    const gone = await answering(201);
    await gone[Symbol.asyncDispose]();
    const closed = new RemoteGuildhall({ url: gone.url, key: undefined });
    await assert.rejects(closed.create(ADA), { code: 'user-intake.unavailable' });
  });
});
