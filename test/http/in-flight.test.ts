import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { PairHistory } from '../../src/ports/pair-history.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

/** A store whose histories of pairs come when the test says so. */
const heldUp = () => {
  const asked: (() => void)[] = [];
  const list: PairHistory['list'] = () => new Promise((resolve) => asked.push(() => resolve([])));
  return {
    asked,
    release: () => {
      for (const answer of asked.splice(0)) answer();
    },
    overrides: (container: { register(token: unknown, provider: object): unknown }) => {
      container.register(Ports.pairHistory, { useValue: { list } });
    },
  };
};

const askFor = (app: TestApp, count: number) =>
  Array.from({ length: count }, (_, nth) => app.call('GET', `/connected/register/dev${nth}/other`));

const inFlight = async (app: TestApp): Promise<number> =>
  Number(/^http_requests_in_flight (\d+)$/m.exec((await app.call('GET', '/metrics')).body)?.[1]);

describe('more requests than MAX_IN_FLIGHT', () => {
  it('are turned away with 503 and Retry-After, while health, readiness and metrics are answered', async () => {
    const store = heldUp();
    await using app = await startTestApp({ MAX_IN_FLIGHT: '3' }, store.overrides);
    const running = askFor(app, 3);
    while (store.asked.length < 3) await new Promise(setImmediate);
    for (const path of ['/', '/profile', '/connected/register/a/b', '/nope']) {
      const answer = await app.call('GET', path);
      if (path === '/nope') assert.equal(answer.status, 404);
      else mustBeProblem(answer, 503, 'server.overloaded');
      if (answer.status === 503) assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    }
    for (const path of ['/_health', '/_ready', '/metrics']) assert.equal((await app.call('GET', path)).status, 200);
    assert.equal(await inFlight(app), 4);
    store.release();
    for (const answer of await Promise.all(running)) assert.equal(answer.status, 200);
    assert.equal((await app.call('GET', '/')).status, 200);
    assert.equal(await inFlight(app), 1);
  });

  it('are not counted by who sends slowly', async () => {
    await using app = await startTestApp({ MAX_IN_FLIGHT: '1' });
    const port = await app.listen();
    const head =
      'POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';
    const slow = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
    for (const socket of slow) socket.write(head);
    for (let seen = 0; seen < 5; seen += 1) await once(app.app.server, 'request');
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
    for (const socket of slow) socket.destroy();
  });

  it('are still counted when their clients have disconnected', async () => {
    const store = heldUp();
    await using app = await startTestApp({ MAX_IN_FLIGHT: '1' }, store.overrides);
    const port = await app.listen();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /connected/register/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [request] = await once(app.app.server, 'request');
    const gone = once(request.socket, 'close');
    while (store.asked.length < 1) await new Promise(setImmediate);
    socket.destroy();
    await gone;
    mustBeProblem(await app.call('GET', '/'), 503, 'server.overloaded');
    store.release();
    while ((await app.call('GET', '/')).status !== 200);
  });
});

describe('a request that takes too long', () => {
  it('is answered with 503, and its late result is ignored', async (t) => {
    const store = heldUp();
    // The rounds in which it is looked for such requests come when the test says so.
    t.mock.timers.enable({ apis: ['setInterval'] });
    await using app = await startTestApp({}, store.overrides, { limits: { handlerTimeoutMs: 5_000 } });
    const asking = Promise.all(askFor(app, 1));
    while (store.asked.length < 1) await new Promise(setImmediate);
    t.mock.timers.tick(5_000);
    assert.equal(await Promise.race([asking, new Promise((resolve) => setImmediate(resolve, 'waiting'))]), 'waiting');
    t.mock.timers.tick(2_000);
    const [answer] = await asking;
    assert.ok(answer);
    mustBeProblem(answer, 503, 'server.overloaded', /too long/);
    store.release();
    assert.equal((await app.call('GET', '/')).status, 200);
    assert.equal(await inFlight(app), 1);
  });
});
