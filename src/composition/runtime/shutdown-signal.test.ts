import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shutdownSignal } from './shutdown-signal.ts';

const listeners = () => ['SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name));

describe('shutdownSignal', () => {
  it('treats signals within half a second as one press of a key, and lets the next one kill', async (t) => {
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
