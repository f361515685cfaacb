import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aConfirmation } from '../../../test/builders/confirmation-builder.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from '../shared/instant.ts';
import type { Confirmation } from './confirmation.ts';

const HOUR_MS = 3_600_000;
const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

describe('Confirmation', () => {
  it('expires after one hour, or 72 to cancel a change', () => {
    for (const [purpose, hours] of [
      ['registration', 1],
      ['address', 1],
      ['cancellation', 72],
    ] as const) {
      const confirmation = aConfirmation({ purpose });
      assert.equal(confirmation.isValid(after(hours * HOUR_MS - 1)), true, purpose);
      assert.equal(confirmation.isValid(after(hours * HOUR_MS)), false, purpose);
    }
  });

  describe('that cancels a change', () => {
    const cancellation = (at: Instant, changedAt = at): Confirmation =>
      aConfirmation({ purpose: 'cancellation', at, changedAt });

    it('is as old as the change, and lives from its email on', () => {
      const late = cancellation(after(HOUR_MS), NEW_YEAR);
      assert.equal(late.toSnapshot().requestedAt, NEW_YEAR);
      assert.equal(late.isValid(after(73 * HOUR_MS - 1)), true);
    });

    it('is as old as its email where the clock of the change was ahead', () => {
      const ahead = cancellation(NEW_YEAR, after(HOUR_MS));
      assert.equal(ahead.toSnapshot().requestedAt, NEW_YEAR);
      assert.equal(ahead.isValid(NEW_YEAR), true);
    });

    it('gives no right once it is used', () => {
      assert.equal(cancellation(NEW_YEAR).cancelChanges(after(1)).isValid(after(1)), false);
    });

    it('cancels its own change and later ones, up to its use', () => {
      const used = cancellation(after(1_000)).cancelChanges(after(5_000));
      for (const [ms, isCancelled] of [
        [999, false],
        [1_000, true],
        [5_000, true],
        [5_001, false],
      ] as const) {
        assert.equal(used.hasCancelled(after(ms)), isCancelled, `${ms} ms`);
      }
      assert.equal(cancellation(after(1_000)).hasCancelled(after(1_000)), false);
    });
  });

  it('is not valid where a clock that was ahead has made it', () => {
    assert.equal(aConfirmation({ at: after(HOUR_MS) }).isValid(NEW_YEAR), false);
  });
});
