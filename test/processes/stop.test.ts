import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { type GuildhallProcess, json, Workplace } from './guildhall-process.ts';

/** One hash at a time, each about half a second. */
const SLOW_HASHES = { ARGON2_MEMORY_KIB: '65536', ARGON2_TIME_COST: '10', HASHING_CONCURRENCY: '1', THROTTLE: 'off' };
/** One at a time as well, a tenth of a second. */
const QUICK_HASHES = { ...SLOW_HASHES, ARGON2_TIME_COST: '2' };

const logIn = (address: string, email: string): Promise<number> =>
  fetch(`${address}/sessions`, json({ email, password: 'no password of anybody' })).then(({ status }) => status);

/** Log-ins behind one another in front of the hasher. One is there; so many more wait at least. */
const queueLogIns = async (address: string, count: number, leastWaiting = count - 1): Promise<Promise<number>[]> => {
  const answers = Array.from({ length: count }, (_, n) => logIn(address, `nobody${n}@example.com`));
  for (const answer of answers) answer.catch(() => {});
  const waiting = async () => {
    const figures = await (await fetch(`${address}/metrics`)).text();
    return Number(/hashing_active 1\n.*hashing_waiting (\d+)\n/s.exec(figures)?.[1] ?? -1);
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

const millisecondsTo = async (work: Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
};

describe('a service that is told to stop', { timeout: 60_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`by ${signal} lets nobody in any more, finishes what runs, and ends with 0`, async () => {
      await using workplace = new Workplace();
      // Hashes let everybody else go first, and on a busy machine that may take long.
      const service = workplace.serve({ settings: { ...SLOW_HASHES, SHUTDOWN_GRACE: '50s' } });
      const address = await service.address();
      const answers = await queueLogIns(address, 2);
      service.signal(signal);
      while (await isAccepting(address));
      assert.equal(await Promise.race([...answers, 'running still']), 'running still');
      assert.deepEqual(await Promise.all(answers), [401, 401]);
      // Who was served would like to keep the connection, for five seconds.
      assert.ok((await millisecondsTo(service.end())) < 2_500);
      const { code, signal: killer, out } = await service.end();
      assert.deepEqual([code, killer], [0, null]);
      assert.match(out, /stopping .*stopped\n$/s);
    });
  }

  it('takes one press of Ctrl-C for one, though npm passes it on once more', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: SLOW_HASHES });
    const answers = await queueLogIns(await service.address(), 1);
    service.signal('SIGINT');
    service.signal('SIGINT');
    await service.says(/stopping/);
    service.signal('SIGINT');
    assert.deepEqual(await Promise.all(answers), [401]);
    assert.equal((await service.end()).code, 0);
  });

  it('ends at once where somebody presses again', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: SLOW_HASHES });
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

  const endsWithin = async (service: GuildhallProcess, graceMs: number): Promise<string> => {
    service.signal('SIGTERM');
    const ms = await millisecondsTo(service.end());
    assert.ok(ms < graceMs, `it took ${Math.round(ms)} ms of ${graceMs}`);
    const { code, out } = await service.end();
    assert.equal(code, 0);
    return out;
  };

  it('cuts the connection of a client that does not come to its end, within SHUTDOWN_GRACE', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { SHUTDOWN_GRACE: '2s' } });
    const { hostname, port } = new URL(await service.address());
    const client = connect(Number(port), hostname);
    client.on('error', () => {});
    client.write(
      'POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await once(client, 'connect');
    await fetch(`http://${hostname}:${port}/_health`);
    const out = await endsWithin(service, 2_000);
    assert.match(out, /some requests did not finish in time.*stopped\n/s);
  });

  it('gives up what cannot be finished within SHUTDOWN_GRACE', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { ...QUICK_HASHES, SHUTDOWN_GRACE: '2s' } });
    await queueLogIns(await service.address(), 100, 50);
    await endsWithin(service, 2_000);
  });
});
