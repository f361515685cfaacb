import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../builders/instants.ts';
import { clockContract } from '../contracts/clock.contract.ts';
import { FixedClock } from './fixed-clock.ts';

clockContract('fixed', () => new FixedClock(NEW_YEAR));

describe('FixedClock', () => {
  it('stands still until it is moved, and then by as much', () => {
    const clock = new FixedClock(NEW_YEAR);
    assert.equal(clock.now(), '2026-01-01T00:00:00.000Z');
    clock.advance(30 * 86_400_000 + 1);
    assert.equal(clock.now(), '2026-01-31T00:00:00.001Z');
  });
});
