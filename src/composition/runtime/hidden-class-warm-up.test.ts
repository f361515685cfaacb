import assert from 'node:assert/strict';
import { it } from 'node:test';
import { warmUpHiddenClasses } from './hidden-class-warm-up.ts';

it('warmUpHiddenClasses keeps an object as nextTick creates them', async () => {
  const tick = await warmUpHiddenClasses();
  // Where Node makes them of something else, there is nothing to keep any more.
  assert.deepEqual(Object.keys(tick), ['callback', 'args']);
});
