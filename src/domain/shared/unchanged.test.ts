import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUnchanged } from './unchanged.ts';

describe('a change', () => {
  const state = { name: 'Ada', age: null, codes: ['a', 'b'], data: { x: { y: 1 }, z: 2 } };

  it('to the present values is none, whatever the order of the keys in an object', () => {
    for (const same of [{}, { name: 'Ada', age: null }, { codes: ['a', 'b'] }, { data: { z: 2, x: { y: 1 } } }]) {
      assert.ok(isUnchanged<object>(state, same), JSON.stringify(same));
    }
  });

  it('is one where a single value differs', () => {
    const others = [{ name: 'ada' }, { name: 'Ada', age: 0 }, { codes: ['b', 'a'] }, { codes: null }, { data: {} }];
    for (const other of others) assert.ok(!isUnchanged<object>(state, other), JSON.stringify(other));
  });
});
