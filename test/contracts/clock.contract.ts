import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** What every Clock promises. */
export const clockContract = (adapter: string, open: () => Clock): void => {
  describe(`Clock contract: ${adapter}`, () => {
    it('formats an instant in UTC, with milliseconds', () => {
      const now = open().now();
      assert.equal(Instant.parse(now), now);
    });

    it('never goes back', () => {
      const clock = open();
      const answers = Array.from({ length: 10_000 }, () => clock.now());
      assert.deepEqual(answers, [...answers].sort());
    });
  });
};
