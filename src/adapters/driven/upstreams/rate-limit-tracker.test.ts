import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { anObserver } from '../../../../test/builders/upstream-builder.ts';
import { FixedClock } from '../../../../test/doubles/fixed-clock.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { RateLimitTracker } from './rate-limit-tracker.ts';

const NOW_SECONDS = Instant.epochMs(NEW_YEAR) / 1000;

const open = () => {
  const clock = new FixedClock(NEW_YEAR);
  const observer = anObserver();
  return {
    clock,
    observer,
    tracker: new RateLimitTracker({ service: 'Example', prefixes: ['x-rate', 'x-day'], clock, observer }),
  };
};

const response = (headers: Record<string, string | number>, status = 200) => ({
  status,
  text: '',
  json: {},
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
});

const rateLimited = { code: 'upstream.exhausted' };

describe('RateLimitTracker', () => {
  it('allows a quota that is unknown or has something left', () => {
    const { tracker } = open();
    tracker.assertAllowed('a');
    tracker.update('a', response({ 'x-rate-remaining': 1, 'x-rate-reset': NOW_SECONDS + 60 }));
    tracker.assertAllowed('a');
  });

  it('blocks a quota that is used up, and no other, until its reset', () => {
    const { tracker, clock } = open();
    tracker.update('a', response({ 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 }));
    assert.throws(() => tracker.assertAllowed('a'), {
      ...rateLimited,
      retryAfterSeconds: 60,
      messages: ['Example has reached its rate limit. Try again after 2026-01-01T00:01:00Z.'],
    });
    tracker.assertAllowed('b');
    clock.advance(59_999);
    assert.throws(() => tracker.assertAllowed('a'), { ...rateLimited, retryAfterSeconds: 1 });
    clock.advance(1);
    tracker.assertAllowed('a');
  });

  it('reports what remains', () => {
    const { tracker, observer } = open();
    tracker.update('a', response({ 'x-rate-remaining': 14 }));
    tracker.update('b', response({}));
    assert.deepEqual([...observer.quotas], [['a', 14]]);
  });

  it('blocks until the later of two resets', () => {
    const { tracker } = open();
    const left = { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 };
    tracker.update('a', response({ ...left, 'x-day-remaining': 0, 'x-day-reset': NOW_SECONDS + 7_200 }));
    assert.throws(() => tracker.assertAllowed('a'), { retryAfterSeconds: 7_200 });
  });

  it('measures the reset by the clock of the upstream', () => {
    const { tracker } = open();
    const date = 'Thu, 01 Jan 2026 00:10:00 GMT';
    tracker.update('a', response({ 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 600 + 30, date }));
    assert.throws(() => tracker.assertAllowed('a'), { retryAfterSeconds: 30 });
  });

  const cases: [name: string, headers: Record<string, string | number>, seconds: number][] = [
    ['its Retry-After', { 'retry-after': 8, 'x-rate-reset': NOW_SECONDS + 60 }, 8],
    ['its reset', { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 }, 60],
    ['its reset, without a remaining count', { 'x-rate-reset': NOW_SECONDS + 90 }, 90],
    ['a minute where something remains', { 'x-rate-remaining': 3, 'x-rate-reset': NOW_SECONDS + 3_000 }, 60],
    ['a minute without headers', {}, 60],
    ['a second where the reset is now', { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS }, 1],
    ['a day where the reset is years away', { 'x-rate-remaining': 0, 'x-rate-reset': 4_102_444_800 }, 86_400],
    ['a minute where the headers are no numbers', { 'retry-after': 'soon', 'x-rate-reset': '-1' }, 60],
  ];
  for (const [name, headers, seconds] of cases) {
    it(`blocks for ${name} after a 429`, () => {
      const { tracker, clock } = open();
      assert.equal(tracker.block('a', response(headers, 429)).retryAfterSeconds, seconds);
      clock.advance(seconds * 1000 - 1);
      assert.throws(() => tracker.assertAllowed('a'), rateLimited);
      clock.advance(1);
      tracker.assertAllowed('a');
    });
  }
});
