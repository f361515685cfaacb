import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { PostgresPool } from '../../src/adapters/driven/kysely/postgres/postgres-pool.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { PostgresServer } from './postgres-server.ts';
import { aPostgresDatabase } from './shared-postgres.ts';
import { TcpSwitch } from './tcp-switch.ts';

/** A primary, a streaming standby that confirms its commits, and an address that leads to one of them. */
describe('A failover to a synchronous standby', { timeout: 300_000 }, () => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  let address: TcpSwitch;
  let app: TestApp;
  let people = 0;

  before(async () => {
    primary = await PostgresServer.start({ role: 'primary' });
    await primary.stop();
    standby = await PostgresServer.start({
      role: 'standby',
      primaryFolder: primary.folder,
      primaryPort: primary.port,
    });
    await primary.startAgain();
    address = await TcpSwitch.to(primary.port);
    app = await startTestApp({
      DATABASE_URL: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
      ADMIN_API_KEY: ADMIN_KEY,
    });
  });

  after(async () => {
    await app?.[Symbol.asyncDispose]();
    await address?.[Symbol.asyncDispose]();
    await standby?.[Symbol.asyncDispose]();
    await primary?.[Symbol.asyncDispose]();
  });

  const create = async () => {
    people += 1;
    const email = `person${people}@example.com`;
    const { status } = await app.call('POST', '/users', { json: { email }, bearer: ADMIN_KEY });
    return { email, status };
  };

  const ready = async () => {
    const answer = await app.call('GET', '/_ready');
    return [answer.status, ...(answer.json().errors ?? [])];
  };

  it('loses nothing acknowledged, answers 503 while it cannot write, and writes again without a restart', async () => {
    assert.deepEqual(await ready(), [200]);
    const answers: { email: string; status: number }[] = [];
    let isUp = true;
    const clients = Array.from({ length: 8 }, async () => {
      while (isUp) answers.push(await create());
    });
    while (answers.length < 100) await wait(5);

    // The address leads to the standby before it is promoted.
    address.turnTo(standby.port);
    await primary.crash();
    while (!answers.some(({ status }) => status === 503)) await wait(5);
    isUp = false;
    await Promise.all(clients);
    assert.equal((await app.call('GET', '/users?limit=1', { bearer: ADMIN_KEY })).status, 200, 'reads go on');
    assert.equal((await create()).status, 503);
    while ((await ready())[0] === 200) await wait(50);
    assert.deepEqual(await ready(), [503, 'The store only accepts reads.']);

    await using superuser = await connected(standby.url());
    await superuser.query('select pg_promote()');
    const promotedAt = performance.now();
    let first = await create();
    while (first.status !== 201) {
      await wait(50);
      first = await create();
    }
    const ms = performance.now() - promotedAt;
    assert.ok(ms < 50_000, `writes were accepted again after ${ms} ms; 5 s is what is wanted on an idle machine`);
    while ((await ready())[0] !== 200) await wait(50);

    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [201, 503]);
    const { rows } = await superuser.query('select email from users');
    const kept = new Set(rows.map(({ email }) => email));
    const lost = [...answers, first].filter(({ email, status }) => status === 201 && !kept.has(email));
    assert.deepEqual(lost, []);
  });
});

describe('An address with several hosts', { timeout: 300_000 }, () => {
  it('leads to the second one where the first uses up its time', async (t) => {
    await using database = await aPostgresDatabase();
    const address = postgresAddressFrom(database.url);
    await using silent = await aSilentServer(() => t.mock.timers.tick(1));
    const hosts = [{ host: '127.0.0.1', port: silent.port }, ...address.hosts];
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const pool = new PostgresPool({ ...address, hosts, connectTimeoutMs: 1 }, { size: 1 });
    const { rows } = await pool.query('select 1 as one', []);
    assert.deepEqual([rows, silent.isReached], [[{ one: 1 }], true]);
    await pool.end();
  });

  it('leads to the one that accepts writes, also after a failover', async () => {
    await using primary = await PostgresServer.start({ role: 'primary' });
    await primary.stop();
    const copyOf = { primaryFolder: primary.folder, primaryPort: primary.port };
    await using standby = await PostgresServer.start({ role: 'standby', ...copyOf });
    await primary.startAgain();
    const hosts = `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`;
    await using app = await startTestApp({
      DATABASE_URL: `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write&sslmode=prefer`,
      ADMIN_API_KEY: ADMIN_KEY,
    });
    const create = async (email: string) =>
      (await app.call('POST', '/users', { json: { email }, bearer: ADMIN_KEY })).status;
    assert.equal(await create('ada@example.com'), 201);
    await primary.crash();
    await using superuser = await connected(standby.url());
    await superuser.query('select pg_promote()');
    while ((await create('grace@example.com')) === 503) await wait(50);
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).json().length, 2);
  });
});

/** Accepts connections and never answers, as a host behind a firewall that drops packets. */
const aSilentServer = async (onConnection: () => void) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    onConnection();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get isReached() {
      return sockets.length > 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
