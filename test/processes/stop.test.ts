import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { json, Workplace } from './guildhall-process.ts';
import { HELD_PASSWORD, heldHashes } from './held-up.ts';

/** One hash at a time. */
const ONE_BY_ONE = { HASHING_CONCURRENCY: '1', THROTTLE: 'off' };
/** Each about half a second: a queue of them outlasts the shortest SHUTDOWN_GRACE many times. */
const SLOW_HASHES = { ARGON2_MEMORY_KIB: '65536', ARGON2_TIME_COST: '10' };

const logIn = (address: string, email: string): Promise<Response> =>
  fetch(`${address}/sessions`, json({ email, password: HELD_PASSWORD }));

/** Log-ins behind one another in front of the hasher. One is there; so many more wait at least. */
const queueLogIns = async (address: string, count: number, leastWaiting = count - 1): Promise<Promise<Response>[]> => {
  const answers = Array.from({ length: count }, (_, n) => logIn(address, `unknown${n}@example.com`));
  for (const answer of answers) answer.catch(() => {});
  const waiting = async () => {
    const metrics = await (await fetch(`${address}/metrics`)).text();
    return Number(/hashing_active 1\n.*hashing_waiting (\d+)\n/s.exec(metrics)?.[1] ?? -1);
  };
  while ((await waiting()) < leastWaiting);
  return answers;
};

const isAccepting = async (address: string): Promise<boolean> => {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

describe('a service that receives a stop signal', { timeout: 600_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`by ${signal} accepts no new connection, finishes what runs, and ends with 0`, async () => {
      await using workplace = new Workplace();
      const { preload, release } = heldHashes(workplace.folder);
      const service = workplace.serve({ settings: ONE_BY_ONE, preload });
      const address = await service.address();
      const answers = await queueLogIns(address, 2);
      service.signal(signal);
      while (await isAccepting(address));
      assert.equal(await Promise.race([...answers, 'running still']), 'running still');
      release();
      for (const answer of await Promise.all(answers)) {
        // The client would like to keep the connection, and the service would wait for it.
        assert.deepEqual([answer.status, answer.headers.get('connection')], [401, 'close']);
      }
      const { code, signal: killer, out } = await service.end();
      assert.deepEqual([code, killer], [0, null]);
      assert.match(out, /stopping .*stopped\n$/s);
      assert.doesNotMatch(out, /did not finish in time/);
    });
  }

  it('takes one press of Ctrl-C for one, though npm passes it on once more', async () => {
    await using workplace = new Workplace();
    // The copy is sent from within, where it arrives together with the original at any speed.
    const copy = "process.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));";
    const { preload, release } = heldHashes(workplace.folder, copy);
    const service = workplace.serve({ settings: ONE_BY_ONE, preload });
    const answers = await queueLogIns(await service.address(), 1);
    service.signal('SIGINT');
    await service.says(/stopping/);
    release();
    assert.deepEqual(await Promise.all(answers.map(async (answer) => (await answer).status)), [401]);
    assert.equal((await service.end()).code, 0);
  });

  it('ends at once when the key is pressed again', async () => {
    await using workplace = new Workplace();
    const { preload } = heldHashes(workplace.folder);
    const service = workplace.serve({ settings: ONE_BY_ONE, preload });
    await queueLogIns(await service.address(), 8);
    const fingers = setInterval(() => service.signal('SIGINT'), 100);
    const { code, signal } = await service.end();
    clearInterval(fingers);
    assert.deepEqual([code, signal], [null, 'SIGINT']);
  });

  it('during its start ends with 0 all the same', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve();
    await service.says(/store migrated/);
    service.signal('SIGTERM');
    assert.equal((await service.end()).code, 0);
  });

  // That both happen before the end of SHUTDOWN_GRACE is shown with a clock of its own, in graceful-shutdown.test.ts.
  it('cuts the connection of a client whose request does not come to its end', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { SHUTDOWN_GRACE: '2s' } });
    const { hostname, port } = new URL(await service.address());
    const client = connect(Number(port), hostname);
    client.on('error', () => {});
    const cut = once(client, 'close');
    client.write(
      'POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await once(client, 'connect');
    await fetch(`http://${hostname}:${port}/_health`);
    service.signal('SIGTERM');
    await cut;
    const { code, out } = await service.end();
    assert.equal(code, 0);
    assert.match(out, /some requests or emails did not finish in time/);
  });

  it('gives up work that does not come to its end', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { ...ONE_BY_ONE, ...SLOW_HASHES, SHUTDOWN_GRACE: '2s' } });
    const answers = await queueLogIns(await service.address(), 100, 50);
    service.signal('SIGTERM');
    assert.ok((await Promise.allSettled(answers)).some(({ status }) => status === 'rejected'));
    const { code, out } = await service.end();
    assert.equal(code, 0);
    assert.match(out, /some work did not finish in time; exiting without it/);
  });

  for (const workers of ['1', '2']) {
    it(`ends with 0 while its start waits for another process (WORKERS=${workers})`, async () => {
      await using workplace = new Workplace();
      const file = join(workplace.folder, 'guildhall.db');
      using other = closing(new Database(file));
      chmodSync(file, 0o600);
      other.database.exec('pragma journal_mode = wal; begin immediate');
      // From within, once the service handles it.
      const code = `process.on('newListener', (name) => {
        if (name === 'SIGTERM') setImmediate(() => process.kill(process.pid, name));
      });`;
      const preload = `data:text/javascript,${encodeURIComponent(code)}`;
      const settings = { DATABASE_URL: `file:${file}`, WORKERS: workers, SHUTDOWN_GRACE: '1s' };
      const service = workplace.serve({ settings, preload });
      const { code: exitCode, signal, out, err } = await service.end();
      assert.deepEqual([exitCode, signal, err], [0, null, '']);
      assert.doesNotMatch(out, /store migrated/);
    });
  }
});

const closing = (database: Database.Database) => ({ database, [Symbol.dispose]: () => void database.close() });
