import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventLoopStallDetector } from './event-loop-stalls.ts';

/** Longer than an interval and the shortest pause that counts. Unit: ms. */
const PAUSE_MS = 1_600;

const blockEventLoop = (): void => {
  const end = performance.now() + PAUSE_MS;
  while (performance.now() < end);
};

describe('EventLoopStallDetector', () => {
  it('detects a stall before its own timer has run, and after', async (t) => {
    const detector = new EventLoopStallDetector();
    t.after(() => detector.stop());
    assert.equal(detector.hasStalled, false);
    blockEventLoop();
    assert.equal(detector.hasStalled, true);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(detector.hasStalled, true);
  });
});
