import assert from 'node:assert/strict';
import { it } from 'node:test';
import { keepShapeOfTicks } from './keep-shape-of-ticks.ts';

it('What is kept is an object as nextTick makes them', async () => {
  const tick = await keepShapeOfTicks();
  // Where Node makes them of something else, there is nothing to keep any more.
  assert.deepEqual(Object.keys(tick), ['callback', 'args']);
});
