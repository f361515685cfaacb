import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { freePort, unprivileged } from './postgres-folder.ts';
import { PostgresServer } from './postgres-server.ts';

/*
 * `npm run pgbouncer`: the service behind the PgBouncer that is installed here, in transaction mode, with a database of
 * its own. Debian's is 1.18, which knows nothing of prepared statements; from 1.21 on it keeps their names. Exits with 0
 * when every step passed, and with 2 where there is no PgBouncer.
 */

const STEPS: string[] = [];

const step = (name: string, isPassed: boolean): void => {
  STEPS.push(name);
  console.log(`${isPassed ? 'ok    ' : 'FAILED'} ${name}`);
  if (!isPassed) process.exitCode = 1;
};

const startPgbouncer = async (serverPort: number) => {
  const port = await freePort();
  const folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-pgbouncer-'));
  chmodSync(folder.path, 0o755);
  const config = join(folder.path, 'pgbouncer.ini');
  writeFileSync(join(folder.path, 'users'), '"guildhall" ""\n');
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder.path, 'users')}
pool_mode = transaction
default_pool_size = 4
server_lifetime = 2
log_connections = 0
log_disconnections = 0
`,
  );
  const child = spawn('pgbouncer', ['-q', config], { ...unprivileged(), stdio: ['ignore', 'inherit', 'inherit'] });
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
    await wait(50);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      folder.remove();
    },
  };
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.unref().once('connect', () => socket.destroy());
  });

const run = async (): Promise<void> => {
  await using server = await PostgresServer.start();
  await using superuser = await connected(server.url());
  await superuser.query('create role guildhall login');
  await superuser.query('create database guildhall owner guildhall');
  // Settings that the service has to set for its own sessions.
  await superuser.query("alter database guildhall set DateStyle = 'German'");
  await using pgbouncer = await startPgbouncer(server.port);
  const url = `postgres://guildhall@127.0.0.1:${pgbouncer.port}/guildhall`;
  await using app = await startTestApp({ DATABASE_URL: url, ADMIN_API_KEY: ADMIN_KEY, THROTTLE: 'off' });
  const ask = (method: string, path: string, json?: object) =>
    app.call(method, path, { bearer: ADMIN_KEY, ...(json === undefined ? {} : { json }) });

  step('an empty database is migrated', (await ask('GET', '/_ready')).status === 200);

  const create = async (n: number) => (await ask('POST', '/users', { email: `person${n}@example.com` })).status;
  const created = await Promise.all(Array.from({ length: 200 }, (_, n) => create(n)));
  step(
    '200 users are created at the same time',
    created.every((status) => status === 201),
  );

  const login = { email: 'ada@example.com', password: 'correct horse battery' };
  const registered = (await ask('POST', '/register', { ...login, age: 36 })).json();
  step('a user registers', registered.created_at === '2026-01-01T00:00:00Z');
  step('and logs in', (await ask('POST', '/sessions', login)).status === 200);

  const license = (await ask('POST', `/users/${registered.id}/licenses`, { max_activations: 1 })).json();
  const validate = () => ask('POST', '/licenses/validate', { license_key: license.license_key });
  const validated = await Promise.all(Array.from({ length: 200 }, validate));
  step(
    '200 validations at the same time',
    validated.every(({ status }) => status === 200),
  );

  // Longer than PgBouncer keeps a connection to the server, so that statements are prepared on others.
  await wait(3_000);
  step('the same on new connections to the server', (await validate()).status === 200);

  await superuser.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'guildhall'");
  await ask('GET', '/users');
  step('connections that are cut are replaced', (await create(1_000)) === 201);

  const client = await connected(server.url('guildhall'));
  await client.query('begin; lock table licenses in access exclusive mode');
  step('a locked table is 503', (await validate()).status === 503);
  const waiting = "select 1 from pg_stat_activity where usename = 'guildhall' and state = 'active'";
  let left = 1;
  for (let tries = 0; left > 0 && tries < 100; tries += 1) {
    await wait(50);
    left = (await superuser.query(waiting)).rowCount ?? 0;
  }
  step('whose statement is cancelled', left === 0);
  await client.query('rollback');
  await client.end();
  // A cancel request has no answer: PgBouncer may still be closing the connection that it has cancelled.
  let status = (await validate()).status;
  for (let tries = 0; status !== 200 && tries < 10; tries += 1) {
    await wait(100);
    status = (await validate()).status;
  }
  step('and 200 after the lock', status === 200);
};

const version = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' });
if (version.error !== undefined) {
  console.error('There is no pgbouncer here. On Debian: apt-get install pgbouncer');
  process.exitCode = 2;
} else {
  console.log(version.stdout.split('\n')[0]);
  await run();
  console.log(`${STEPS.length} steps`);
}
