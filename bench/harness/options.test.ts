import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BENCHMARKS, readOptions } from './options.ts';

const benchmarksOf = (...args: string[]) => {
  const options = readOptions(args);
  return options === 'help' ? options : options.benchmarks;
};

describe('readOptions', () => {
  it('runs everything by default', () => {
    assert.deepEqual(benchmarksOf(), BENCHMARKS);
    assert.deepEqual(benchmarksOf('--quick'), BENCHMARKS);
  });

  it('runs the named benchmarks, in its own order', () => {
    assert.deepEqual(benchmarksOf('--only=writes,profile'), ['profile', 'writes']);
  });

  it('lists the benchmarks if one is unknown', () => {
    assert.throws(() => readOptions(['--only=profil']), /Unknown benchmark "profil"; there are profile, validate/);
    assert.throws(() => readOptions(['--tool=ab']), /Unknown tool ab/);
    assert.throws(() => readOptions(['--fast']), /--fast/);
  });

  it('prints help', () => {
    assert.equal(readOptions(['--help']), 'help');
  });
});
