import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventLoopStallDetector } from './event-loop-stalls.ts';

/** Longer than a round and the shortest pause that counts. Unit: ms. */
const A_WHILE_MS = 1_600;
const ROUND_MS = 500;
const AFTERMATH_MS = 2_000;

describe('EventLoopStallDetector', () => {
  it('sees that the process stood still, before its own timer had a chance to run and after', (t) => {
    let now = 0;
    t.mock.method(performance, 'now', () => now);
    t.mock.timers.enable({ apis: ['setInterval'] });
    const runFor = (ms: number) => {
      for (const end = now + ms; now < end; t.mock.timers.tick(ROUND_MS)) now += ROUND_MS;
    };
    const detector = new EventLoopStallDetector();
    t.after(() => detector.stop());
    runFor(3 * ROUND_MS);
    assert.equal(detector.isFresh, false);
    // The clock goes on, and no timer runs.
    now += A_WHILE_MS;
    assert.equal(detector.isFresh, true);
    runFor(ROUND_MS);
    assert.equal(detector.isFresh, true);
    runFor(AFTERMATH_MS + ROUND_MS);
    assert.equal(detector.isFresh, false);
  });
});
