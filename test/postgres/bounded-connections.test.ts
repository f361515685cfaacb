import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { aKey } from '../builders/license-builder.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { PostgresServer } from './postgres-server.ts';

const POOL = 5;
/** Clients that ask again as soon as they have an answer: far more than there are connections. */
const CLIENTS = 40;
/** Answers that each kind of client waits for: several times as long as a statement may take. */
const REJECTED_REQUESTS = 3 * CLIENTS;

describe('The connections to a database that does not answer everything', { timeout: 300_000 }, () => {
  let server: PostgresServer;
  let app: TestApp;

  before(async () => {
    server = await PostgresServer.start({ role: 'primary' });
    await using superuser = await connected(server.url());
    await superuser.query("alter system set synchronous_standby_names = ''");
    await superuser.query('select pg_reload_conf()');
    app = await startTestApp({
      DATABASE_URL: server.url(),
      DATABASE_POOL_SIZE: String(POOL),
      ADMIN_API_KEY: ADMIN_KEY,
      THROTTLE: 'off',
    });
  });

  after(async () => {
    await app?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const ask = async (method: string, path: string, json?: object) =>
    (await app.call(method, path, { bearer: ADMIN_KEY, ...(json === undefined ? {} : { json }) })).status;

  /** Sends `request` from many clients until it was refused often, and meanwhile looks at an unrelated read. */
  const press = async (request: () => Promise<number>, unrelated: () => Promise<number>) => {
    await using superuser = await connected(server.url());
    const statuses: number[] = [];
    const reads: number[] = [];
    const backends: number[] = [];
    const isOver = () => statuses.filter((status) => status === 503).length >= REJECTED_REQUESTS;
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!isOver()) statuses.push(await request());
    });
    while (!isOver()) {
      reads.push(await unrelated());
      const { rows } = await superuser.query(
        "select count(*)::int as count from pg_stat_activity where application_name = 'guildhall'",
      );
      backends.push(rows[0].count);
    }
    await Promise.all(clients);
    return { statuses: [...new Set(statuses)], reads: [...new Set(reads)], backends: Math.max(...backends) };
  };

  it('are bounded while a table is locked, and reads of other tables go on', async () => {
    await using other = await connected(server.url());
    await other.query('begin; lock table licenses in access exclusive mode');
    const pressed = await press(
      () => ask('POST', '/licenses/validate', { license_key: aKey() }),
      () => ask('GET', '/users'),
    );
    assert.deepEqual(pressed.statuses, [503]);
    assert.deepEqual(pressed.reads, [200]);
    assert.ok(pressed.backends <= 2 * POOL, `${pressed.backends} backends`);
    await other.query('rollback');
    assert.equal(await ask('GET', '/licenses'), 200);
  });

  it('are bounded while a synchronous standby confirms nothing, and reads go on', async () => {
    await using superuser = await connected(server.url());
    await superuser.query("alter system set synchronous_standby_names = 'gone'");
    await superuser.query('select pg_reload_conf()');
    let people = 0;
    const pressed = await press(
      () => ask('POST', '/users', { email: `person${++people}@example.com` }),
      () => ask('GET', '/users?limit=1'),
    );
    assert.deepEqual(pressed.reads, [200]);
    assert.ok(pressed.backends <= 2 * POOL, `${pressed.backends} backends`);
    assert.equal(await ask('GET', '/_ready'), 503, 'writes cannot succeed');
    await superuser.query("alter system set synchronous_standby_names = ''");
    await superuser.query('select pg_reload_conf()');
    while ((await ask('POST', '/users', { email: `person${++people}@example.com` })) === 503);
    assert.equal(await ask('GET', '/_ready'), 200);
  });
});
