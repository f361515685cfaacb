import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spreadOver } from './requests.ts';

describe('spreadOver', () => {
  it('is everybody, each once, where there are few', () => {
    assert.deepEqual(
      spreadOver(10, 100).toSorted((one, other) => one - other),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  });

  it('is so many from beginning to end where there are more, in no order of time', () => {
    const chosen = spreadOver(1_000_000, 10_000);
    assert.equal(new Set(chosen).size, 10_000);
    assert.deepEqual([Math.min(...chosen), Math.max(...chosen)], [0, 999_999]);
    assert.notDeepEqual(
      chosen.toSorted((one, other) => one - other),
      chosen,
    );
  });

  it('does not fall in step with what comes up every tenth time', () => {
    const places = Map.groupBy(spreadOver(1_000_000, 10_000), (nth) => nth % 10);
    assert.deepEqual(
      [...places.values()].map(({ length }) => length),
      Array(10).fill(1_000),
    );
  });
});
