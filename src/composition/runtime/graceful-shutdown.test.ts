import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { GracefulShutdown, shutdownSignal } from './graceful-shutdown.ts';
import type { Service } from './service.ts';

const GRACE_MS = 10_000;

/**
 * A service whose requests end when the test says so, or when they are cut off if `isCutEnough`; and then its emails, or
 * when the time is up.
 */
const aService = (t: TestContext, { isCutEnough = false, emails = Promise.resolve() }) => {
  const steps: string[] = [];
  const drained = Promise.withResolvers<void>();
  const note = (step: string) => steps.push(step);
  const service = {
    logger: { info: note, warn: note, error: note },
    connections: {
      announceShutdown: () => note('announced'),
      stopListening: async () => note('stopped listening'),
      drain: () => drained.promise,
      destroyAll: () => {
        note('cut');
        if (isCutEnough) drained.resolve();
      },
    },
    async close(timeIsUp: Promise<void>) {
      await Promise.race([emails, timeIsUp]);
      note('closed');
    },
  };
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(process, 'exit', (code: number) => note(`exit ${code}`));
  return { steps, drained, shutdown: new GracefulShutdown(service as unknown as Service, GRACE_MS) };
};

describe('GracefulShutdown', () => {
  it('closes no connection by force where all requests end in time', async (t) => {
    const { steps, drained, shutdown } = aService(t, {});
    shutdown.announce();
    const code = shutdown.finish();
    t.mock.timers.tick(GRACE_MS * 0.8);
    drained.resolve();
    assert.equal(await code, 0);
    assert.deepEqual(steps, ['announced', 'stopped listening', 'closed', 'stopped']);
  });

  it('closes connections by force early enough to close everything within SHUTDOWN_GRACE', async (t) => {
    const { steps, shutdown } = aService(t, { isCutEnough: true });
    shutdown.announce();
    const code = shutdown.finish();
    t.mock.timers.tick(GRACE_MS * 0.85 - 1);
    assert.equal(steps.includes('cut'), false);
    t.mock.timers.tick(1);
    assert.equal(await code, 0);
    const said = 'some requests or emails did not finish in time; aborting them';
    assert.deepEqual(steps, ['announced', 'stopped listening', said, 'cut', 'closed', 'stopped']);
  });

  it('waits for emails that long too, and closes everything without them', async (t) => {
    const { steps, drained, shutdown } = aService(t, { emails: new Promise(() => {}) });
    const code = shutdown.finish();
    drained.resolve();
    t.mock.timers.tick(GRACE_MS * 0.85 - 1);
    await setImmediate();
    assert.deepEqual(steps, ['stopped listening']);
    t.mock.timers.tick(1);
    assert.equal(await code, 0);
    assert.deepEqual(steps.slice(-2), ['closed', 'stopped']);
  });

  it('exits with work still running before SHUTDOWN_GRACE is over', (t) => {
    const { steps, shutdown } = aService(t, {});
    shutdown.announce();
    // The time runs from the first step, not from the last one.
    t.mock.timers.tick(GRACE_MS * 0.5);
    void shutdown.finish();
    t.mock.timers.tick(GRACE_MS * 0.4 - 1);
    assert.equal(steps.at(-1), 'cut');
    t.mock.timers.tick(1);
    assert.deepEqual(steps.slice(-2), ['some work did not finish in time; exiting without it', 'exit 0']);
  });

  it('reports a crash by its exit code, in time or not', async (t) => {
    const { steps, drained, shutdown } = aService(t, {});
    shutdown.fail();
    const code = shutdown.finish();
    t.mock.timers.tick(GRACE_MS * 0.9);
    assert.equal(steps.at(-1), 'exit 1');
    drained.resolve();
    assert.equal(await code, 1);
  });
});

const listeners = () => ['SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name));

describe('shutdownSignal', () => {
  it('treats signals within half a second as one, and lets the next one kill', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const before = listeners();
    const listening = before.map((count) => count + 1);
    const name = shutdownSignal();
    t.mock.timers.tick(3_600_000);
    assert.deepEqual(listeners(), listening);
    process.emit('SIGINT', 'SIGINT');
    t.mock.timers.tick(499);
    process.emit('SIGINT', 'SIGINT');
    assert.deepEqual(listeners(), listening);
    t.mock.timers.tick(1);
    // Without a listener, a signal does what it always does to a process.
    assert.deepEqual(listeners(), before);
    assert.equal(await name, 'SIGINT');
  });
});
