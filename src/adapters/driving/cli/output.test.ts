import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listTable } from './output.ts';

describe('the table of a list', () => {
  it('has any number of rows, with one heading and the columns of the widest', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => [index === 129_999 ? 'Ada Lovelace' : 'Bob', 'x']);
    const table = await listTable({ head: ['name', 'of'], rows, noun: 'user', none: '' });
    const [head, first, ...others] = table.split('\n');
    assert.deepEqual([head, first], ['name          of', 'Bob           x']);
    assert.deepEqual(others.slice(-3), ['Ada Lovelace  x', '130000 users', '']);
    assert.equal(others.length, 129_999 + 2);
  });
});
