import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PARTS, readOptions } from './options.ts';

const partsOf = (...args: string[]) => {
  const options = readOptions(args);
  return options === 'help' ? options : options.parts;
};

describe('readOptions', () => {
  it('runs everything where nothing is said', () => {
    assert.deepEqual(partsOf(), PARTS);
    assert.deepEqual(partsOf('--quick'), PARTS);
  });

  it('runs the parts that are named, in its own order', () => {
    assert.deepEqual(partsOf('--only=writes,profile'), ['profile', 'writes']);
  });

  it('says which parts there are where one is unknown', () => {
    assert.throws(() => readOptions(['--only=profil']), /No part is called "profil"; there are profile, validate/);
    assert.throws(() => readOptions(['--tool=ab']), /No tool is called ab/);
    assert.throws(() => readOptions(['--fast']), /--fast/);
  });

  it('helps', () => {
    assert.equal(readOptions(['--help']), 'help');
  });
});
