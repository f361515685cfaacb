import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { anObserver } from '../../../../test/builders/upstream-builder.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { FixedClock } from '../memory/fixed-clock.ts';
import { RateLimitTracker } from './rate-limit-tracker.ts';

const NOW_SECONDS = Instant.epochMs(NEW_YEAR) / 1000;

const open = () => {
  const clock = new FixedClock(NEW_YEAR);
  const observer = anObserver();
  return {
    clock,
    observer,
    book: new RateLimitTracker({ service: 'Example', prefixes: ['x-rate', 'x-day'], clock, observer }),
  };
};

const answer = (headers: Record<string, string | number>, status = 200) => ({
  status,
  json: {},
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
});

const exhausted = { code: 'upstream.exhausted' };

describe('QuotaBook', () => {
  it('lets everything through of which nothing is known, or something is left', () => {
    const { book } = open();
    book.mustHaveLeft('a');
    book.note('a', answer({ 'x-rate-remaining': 1, 'x-rate-reset': NOW_SECONDS + 60 }));
    book.mustHaveLeft('a');
  });

  it('shuts what is used up, and that alone, until its reset and not a moment longer', () => {
    const { book, clock } = open();
    book.note('a', answer({ 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 }));
    assert.throws(() => book.mustHaveLeft('a'), {
      ...exhausted,
      retryAfterSeconds: 60,
      messages: ['Example has had enough questions for now. Try again after 2026-01-01T00:01:00Z.'],
    });
    book.mustHaveLeft('b');
    clock.advance(59_999);
    assert.throws(() => book.mustHaveLeft('a'), { ...exhausted, retryAfterSeconds: 1 });
    clock.advance(1);
    book.mustHaveLeft('a');
  });

  it('tells what is left', () => {
    const { book, observer } = open();
    book.note('a', answer({ 'x-rate-remaining': 14 }));
    book.note('b', answer({}));
    assert.deepEqual([...observer.quotas], [['a', 14]]);
  });

  it('heeds the day as well as the quarter of an hour, whichever lasts longer', () => {
    const { book } = open();
    const left = { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 };
    book.note('a', answer({ ...left, 'x-day-remaining': 0, 'x-day-reset': NOW_SECONDS + 7_200 }));
    assert.throws(() => book.mustHaveLeft('a'), { retryAfterSeconds: 7_200 });
  });

  it('reads the reset by the clock of the service, in case ours is wrong', () => {
    const { book } = open();
    const date = 'Thu, 01 Jan 2026 00:10:00 GMT';
    book.note('a', answer({ 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 600 + 30, date }));
    assert.throws(() => book.mustHaveLeft('a'), { retryAfterSeconds: 30 });
  });

  const refusals: [name: string, headers: Record<string, string | number>, seconds: number][] = [
    ['the wait it asks for', { 'retry-after': 8, 'x-rate-reset': NOW_SECONDS + 60 }, 8],
    ['its reset', { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS + 60 }, 60],
    ['its reset, where it does not say what is left', { 'x-rate-reset': NOW_SECONDS + 90 }, 90],
    ['a minute where something is left', { 'x-rate-remaining': 3, 'x-rate-reset': NOW_SECONDS + 3_000 }, 60],
    ['a minute where it says nothing', {}, 60],
    ['a second where the reset is now', { 'x-rate-remaining': 0, 'x-rate-reset': NOW_SECONDS }, 1],
    ['a day where its clock is mad', { 'x-rate-remaining': 0, 'x-rate-reset': 4_102_444_800 }, 86_400],
    ['a minute where the headers are no numbers', { 'retry-after': 'soon', 'x-rate-reset': '-1' }, 60],
  ];
  for (const [name, headers, seconds] of refusals) {
    it(`after a refusal waits for ${name}`, () => {
      const { book, clock } = open();
      assert.equal(book.refuse('a', answer(headers, 429)).retryAfterSeconds, seconds);
      clock.advance(seconds * 1000 - 1);
      assert.throws(() => book.mustHaveLeft('a'), exhausted);
      clock.advance(1);
      book.mustHaveLeft('a');
    });
  }
});
