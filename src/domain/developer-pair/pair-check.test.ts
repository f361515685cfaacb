import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aPair, aPairCheck } from '../../../test/builders/pair-check-builder.ts';
import { PairCheck } from './pair-check.ts';

describe('PairCheck', () => {
  it('names the pair in its own order, whatever the order of the question', () => {
    const connection = { connected: true, organisations: ['acm'] } as const;
    assert.deepEqual(aPairCheck({ pair: aPair('Grace', 'ADA'), connection }).toSnapshot(), {
      id: anId(0x3001),
      first: 'ada',
      second: 'grace',
      at: NEW_YEAR,
      connection,
    });
  });

  it('is never connected by no organisation', () => {
    const connection = { connected: true, organisations: [] } as const;
    assert.throws(() => aPairCheck({ connection }), { name: 'BrokenInvariant' });
  });

  it('is not read back from a row whose pair is out of order', () => {
    const { first, second, ...rest } = aPairCheck().toSnapshot();
    assert.throws(() => PairCheck.fromSnapshot({ ...rest, first: second, second: first }), { name: 'BrokenInvariant' });
  });
});
