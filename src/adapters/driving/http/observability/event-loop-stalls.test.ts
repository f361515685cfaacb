import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventLoopStallDetector } from './event-loop-stalls.ts';

/** Longer than a round and the shortest pause that counts. Unit: ms. */
const A_WHILE_MS = 1_600;

const standStill = (): void => {
  const until = performance.now() + A_WHILE_MS;
  while (performance.now() < until);
};

describe('StallWatch', () => {
  it('sees that the process stood still, before its own timer had a chance to run and after', async (t) => {
    const watch = new EventLoopStallDetector();
    t.after(() => watch.stop());
    assert.equal(watch.isFresh, false);
    standStill();
    assert.equal(watch.isFresh, true);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(watch.isFresh, true);
  });
});
