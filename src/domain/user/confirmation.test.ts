import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aConfirmation } from '../../../test/builders/confirmation-builder.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from '../shared/instant.ts';

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

  it('is not valid where a clock that was ahead has made it', () => {
    assert.equal(aConfirmation({ at: after(HOUR_MS) }).isValid(NEW_YEAR), false);
  });
});
