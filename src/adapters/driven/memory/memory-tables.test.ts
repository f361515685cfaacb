import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { draftOf, MemoryTables, type Table } from './memory-tables.ts';

const KEYS = ['a', 'b', 'c', 'd'];
const change = fc.record({ key: fc.constantFrom(...KEYS), row: fc.option(fc.constantFrom('1', '2', '3')) });
type Change = Readonly<{ key: string; row: string | null }>;

const apply = (table: Pick<Table<string, string>, 'set' | 'delete'>, changes: readonly Change[]) => {
  for (const { key, row } of changes) {
    if (row === null) table.delete(key);
    else table.set(key, row);
  }
};

describe('The draft of a unit of work', () => {
  it('reads as a copy of the table would, leaves it as it was, and makes it that copy when it commits', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (before, changes) => {
        const stored = new MemoryTables();
        apply(stored.storeFacts, before);
        const [committed, copy] = [[...stored.storeFacts], new Map(stored.storeFacts)];
        apply(copy, changes);

        const { tables, commit } = draftOf(stored);
        apply(tables.storeFacts, changes);
        const { storeFacts: draft } = tables;
        assert.deepEqual([...draft], [...copy]);
        assert.deepEqual([...draft.values()], [...copy.values()]);
        assert.equal(draft.size, copy.size);
        for (const key of KEYS) assert.deepEqual([draft.get(key), draft.has(key)], [copy.get(key), copy.has(key)]);
        assert.deepEqual([...stored.storeFacts], committed);

        commit();
        assert.deepEqual([...stored.storeFacts], [...copy]);
      }),
    );
  });
});
