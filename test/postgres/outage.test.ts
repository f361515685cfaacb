import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { PostgresServer } from './postgres-server.ts';

/** A whole application on a server that is stopped, broken and started while it runs. */
describe('When Postgres goes away and comes back', { timeout: 600_000 }, () => {
  let server: PostgresServer;
  let app: TestApp;
  let people = 0;

  before(async () => {
    server = await PostgresServer.start();
    app = await startTestApp({ DATABASE_URL: server.url(), ADMIN_API_KEY: ADMIN_KEY });
  });

  after(async () => {
    await app?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const createUser = async (): Promise<{ email: string; status: number }> => {
    people += 1;
    const email = `person${people}@example.com`;
    const answer = await app.call('POST', '/users', { json: { email }, bearer: ADMIN_KEY });
    return { email, status: answer.status };
  };

  const statusOf = async (path: string) => (await app.call('GET', path, { bearer: ADMIN_KEY })).status;

  /** The pool may not have noticed yet that connections are lost, or that the server is back. */
  const isReadyAgain = async () => {
    while ((await statusOf('/_ready')) !== 200) await wait(20);
  };

  const emails = async (): Promise<Set<string>> => {
    const found = new Set<string>();
    for (let next: string | undefined = '/users?limit=100'; next !== undefined; ) {
      const page = await app.call('GET', next, { bearer: ADMIN_KEY });
      for (const { email } of page.json()) found.add(email);
      next = /^<([^>]+)>; rel="next"$/.exec(String(page.headers.link))?.[1];
    }
    return found;
  };

  it('answers 503 with Retry-After meanwhile, and recovers without a restart', async () => {
    assert.equal((await createUser()).status, 201);
    await server.stop();
    for (const [method, path, json] of [
      ['GET', '/users', undefined],
      ['POST', '/users', { email: 'unknown@example.com' }],
      ['GET', `/users/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`, undefined],
      ['POST', '/sessions', { email: 'ada@example.com', password: 'correct horse battery' }],
    ] as const) {
      const answer = await app.call(method, path, { bearer: ADMIN_KEY, ...(json === undefined ? {} : { json }) });
      assert.equal(answer.status, 503, `${method} ${path}`);
      assert.equal(answer.json().code, 'store.unavailable');
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
      assert.doesNotMatch(answer.body, /127\.0\.0\.1|postgres|ECONN/i);
    }
    const ready = await app.call('GET', '/_ready');
    assert.deepEqual([ready.status, ready.json().errors], [503, ['The store does not answer.']]);
    assert.equal(await statusOf('/_health'), 200);

    await server.startAgain();
    await isReadyAgain();
    assert.equal((await createUser()).status, 201);
    assert.equal((await emails()).size, 2);
  });

  it('loses nothing that was acknowledged, and fails with nothing but 503, when it breaks under load', async () => {
    const known = await emails();
    let isUp = true;
    const answers: { email: string; status: number }[] = [];
    const client = async () => {
      while (isUp) answers.push(await createUser());
    };
    const clients = Array.from({ length: 12 }, client);
    while (answers.length < 40) await new Promise(setImmediate);
    await server.crash();
    while (!answers.some(({ status }) => status === 503)) await new Promise(setImmediate);
    isUp = false;
    await Promise.all(clients);
    await server.startAgain();
    await isReadyAgain();

    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [201, 503]);
    const kept = await emails();
    const lost = answers.filter(({ email, status }) => status === 201 && !kept.has(email));
    assert.deepEqual(lost, []);
    assert.ok([...known].every((email) => kept.has(email)));
    assert.equal((await createUser()).status, 201);
  });

  it('replaces connections that were terminated, idle and busy ones', async () => {
    await Promise.all(Array.from({ length: 10 }, createUser));
    await using superuser = await connected(server.url());
    const others = "from pg_stat_activity where application_name = 'guildhall' and pid <> pg_backend_pid()";
    const cut = () => superuser.query(`select pg_terminate_backend(pid) ${others}`);
    assert.ok(Number((await cut()).rowCount) >= 2);
    // The news may still be under way: who asks first may be answered 503.
    await app.call('GET', '/users', { bearer: ADMIN_KEY });
    const busy = Array.from({ length: 30 }, createUser);
    await cut();
    for (const { status } of await Promise.all(busy)) assert.ok([201, 503].includes(status), String(status));
    await isReadyAgain();
    assert.equal((await createUser()).status, 201);
  });

  it('does not wait for ever for a locked row', async () => {
    const { email } = await createUser();
    await using superuser = await connected(server.url());
    await superuser.query('begin');
    await superuser.query('update users set age = 40 where email = $1', [email]);
    const id = (await superuser.query('select id from users where email = $1', [email])).rows[0].id;
    const answer = await app.call('PATCH', `/users/${id}`, { json: { age: 50 }, bearer: ADMIN_KEY });
    assert.deepEqual([answer.status, answer.json().code], [503, 'store.unavailable']);
    await isReadyAgain();
    await superuser.query('rollback');
    assert.equal((await app.call('PATCH', `/users/${id}`, { json: { age: 50 }, bearer: ADMIN_KEY })).status, 200);
  });
});

const connected = async (connectionString: string) => {
  const client = new Client({ connectionString });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};
