import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { percentileOf, ratioOf, spreadOf } from './statistics.ts';

describe('spreadOf', () => {
  it('is the middle of an odd number of rounds, with both ends', () => {
    assert.deepEqual(spreadOf([10, 2, 9]), { median: 9, min: 2, max: 10 });
  });

  it('is half way between the two middle ones of an even number', () => {
    assert.deepEqual(spreadOf([4, 1, 100, 2]), { median: 3, min: 1, max: 100 });
  });

  it('is itself for a single one', () => {
    assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 });
  });

  it('orders numbers as numbers and leaves what it was given alone', () => {
    const given = [100, 9, 20];
    assert.equal(spreadOf(given).median, 20);
    assert.deepEqual(given, [100, 9, 20]);
  });

  it('refuses nothing at all, and what is no number', () => {
    assert.throws(() => spreadOf([]), /Nothing was measured/);
    assert.throws(() => spreadOf([1, Number.NaN, 2]), /no measurement/);
    assert.throws(() => spreadOf([1, Number.POSITIVE_INFINITY]), /no measurement/);
  });
});

describe('ratioOf', () => {
  it('compares round by round, so that a machine that gets slower changes nothing', () => {
    assert.deepEqual(ratioOf([50, 25, 5], [100, 50, 10]), { median: 0.5, min: 0.5, max: 0.5 });
  });

  it('refuses rounds that have no partner', () => {
    assert.throws(() => ratioOf([1, 2], [1]), /2 rounds against 1/);
  });
});

describe('percentileOf', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that this share does not exceed', () => {
    assert.deepEqual(
      [percentileOf(hundred, 0.5), percentileOf(hundred, 0.99), percentileOf(hundred, 1)],
      [50, 99, 100],
    );
  });

  it('is the smallest for 0, and the only one of a single value', () => {
    assert.deepEqual([percentileOf(hundred, 0), percentileOf([3], 0.99)], [1, 3]);
  });
});
