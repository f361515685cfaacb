import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_CLOCK_SKEW_MS } from '../../src/domain/shared/clock-skew.ts';
import type { RequestWindows } from '../../src/ports/request-windows.ts';

const MINUTE_MS = 60_000;

/** What every RequestWindows promises. */
export const requestWindowsContract = (adapter: string, open: () => RequestWindows): void => {
  describe(`RequestWindows contract: ${adapter}`, () => {
    it('counts each subject by itself, from its first request on', () => {
      const windows = open();
      const count = (subject: string, nowMs: number) => ({ ...windows.count(subject, MINUTE_MS, nowMs) });
      assert.deepEqual(count('a', 1_000), { count: 1, resetsAtMs: 61_000 });
      assert.deepEqual(count('a', 30_000), { count: 2, resetsAtMs: 61_000 });
      assert.deepEqual(count('b', 30_000), { count: 1, resetsAtMs: 90_000 });
      assert.deepEqual(count('a', 60_999), { count: 3, resetsAtMs: 61_000 });
    });

    it('begins anew where the clock was ahead when the window began', () => {
      const windows = open();
      windows.count('a', MINUTE_MS, 365 * 86_400_000);
      assert.deepEqual({ ...windows.count('a', MINUTE_MS, 1_000) }, { count: 1, resetsAtMs: 61_000 });
      assert.equal(windows.count('a', MINUTE_MS, 2_000).count, 2);
      assert.equal(windows.count('a', MINUTE_MS, 1_000 - MAX_CLOCK_SKEW_MS).count, 3);
    });

    it('reads the current window of a subject, and counts nothing', () => {
      const windows = open();
      assert.equal(windows.read('a', MINUTE_MS, 0), undefined);
      windows.count('a', MINUTE_MS, 0);
      for (const nowMs of [0, 1, MINUTE_MS - 1]) {
        assert.deepEqual({ ...windows.read('a', MINUTE_MS, nowMs) }, { count: 1, resetsAtMs: MINUTE_MS });
      }
      assert.equal(windows.read('a', MINUTE_MS, MINUTE_MS), undefined);
      assert.equal(windows.read('b', MINUTE_MS, 0), undefined);
    });

    it('begins anew when the window has ended, at its very end', () => {
      const windows = open();
      windows.count('a', MINUTE_MS, 0);
      assert.equal(windows.count('a', MINUTE_MS, MINUTE_MS - 1).count, 2);
      assert.deepEqual({ ...windows.count('a', MINUTE_MS, MINUTE_MS) }, { count: 1, resetsAtMs: 2 * MINUTE_MS });
    });
  });
};
