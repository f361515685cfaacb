import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { startTestApp, type TestApp } from './test-app.ts';

/** So many connections of people who mean no good, as many of each kind. */
const MANY = 500;

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\n';

/** How a client can be slow: what it sends at once, and what it goes on to send for ever. */
const KINDS: readonly (readonly [first: string, drop: string])[] = [
  ['', ''],
  [`GET / HTTP/1.1\r\n${HEAD}`, 'X-Drop: 1\r\n'],
  [`POST /register HTTP/1.1\r\n${HEAD}Content-Length: 60000\r\n\r\n{`, ' '],
  // Never read. More than the buffers between the two take.
  [`GET /redoc/redoc.standalone.js HTTP/1.1\r\n${HEAD}\r\n`.repeat(20), ''],
];

/** As many places as one busy client needs: a slow client must take none of them. */
const SCARCE = { MAX_IN_FLIGHT: '4' };

/** How long slow clients are put up with, by the server that is to be rid of them soon, and by the one that is not. */
const limitsOf = (patienceMs: number) => ({
  headersTimeoutMs: patienceMs,
  requestTimeoutMs: patienceMs,
  stalledConnectionMs: patienceMs,
  connectionsCheckingIntervalMs: 100,
});
const SHORT = limitsOf(2_000);
const LONG = limitsOf(600_000);

const openSlowly = async (port: number, first: string): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  socket.pause().write(first);
  return socket;
};

/** Their connections, all of which the server has met, until they are disposed of. */
const connectSlowly = async (app: TestApp) => {
  const port = await app.listen();
  const ends: Promise<unknown>[] = [];
  const meet = (peer: Socket) => ends.push(new Promise((resolve) => peer.once('close', resolve)));
  app.app.server.on('connection', meet);
  const slow = await Promise.all(
    Array.from({ length: MANY }, (_, nth) => openSlowly(port, KINDS[nth % KINDS.length]?.[0] ?? '')),
  );
  while (ends.length < MANY) await new Promise(setImmediate);
  app.app.server.off('connection', meet);
  const dropping = setInterval(() => {
    for (const [nth, socket] of slow.entries()) {
      const drop = KINDS[nth % KINDS.length]?.[1] ?? '';
      if (drop !== '' && socket.writable) socket.write(drop);
    }
  }, 100);
  return {
    /** One for each connection, settled when it is closed at the server. */
    ends,
    [Symbol.dispose]() {
      clearInterval(dropping);
      for (const socket of slow) socket.destroy();
    },
  };
};

describe('slow clients', { timeout: 600_000 }, () => {
  it(`refuse and hold up no other client, ${MANY} of them at once`, async () => {
    // A slow client whose responses fit into the buffers is idle, and would be closed as such.
    const settings = { ...SCARCE, KEEP_ALIVE_TIMEOUT: '10m' };
    await using app = await startTestApp(settings, undefined, { limits: LONG });
    using slow = await connectSlowly(app);
    const { port } = app.app.server.address() as AddressInfo;
    for (let served = 0; served < 50; served += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/connected/register/dev1/dev2`);
      assert.deepEqual([answer.status, await answer.text()], [200, '[]']);
    }
    assert.equal(await Promise.race([...slow.ends, 'all there']), 'all there');
  });

  it('are disconnected after their time limit, whatever they are slow at', async () => {
    await using app = await startTestApp(SCARCE, undefined, { limits: SHORT });
    using slow = await connectSlowly(app);
    await Promise.all(slow.ends);
  });
});
