import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spreadOver } from './requests.ts';

describe('spreadOver', () => {
  it('contains each number once if there are few', () => {
    assert.deepEqual(
      spreadOver(10, 100).toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  });

  it('is limited and evenly spread from first to last if there are more, unordered', () => {
    const chosen = spreadOver(1_000_000, 10_000);
    assert.equal(new Set(chosen).size, 10_000);
    assert.deepEqual([Math.min(...chosen), Math.max(...chosen)], [0, 999_999]);
    assert.notDeepEqual(
      chosen.toSorted((a, b) => a - b),
      chosen,
    );
  });

  it('does not coincide with a property of every tenth user', () => {
    const places = Map.groupBy(spreadOver(1_000_000, 10_000), (nth) => nth % 10);
    assert.deepEqual(
      [...places.values()].map(({ length }) => length),
      Array(10).fill(1_000),
    );
  });
});
