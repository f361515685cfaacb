import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from './instant.ts';

const anyMoment = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }).map(Instant.fromEpochMs);

describe('Instant', () => {
  it('is UTC text with milliseconds', () => {
    assert.equal(Instant.parse('2026-03-01T09:00:00.000Z'), '2026-03-01T09:00:00.000Z');
    assert.equal(Instant.fromEpochMs(0), '1970-01-01T00:00:00.000Z');
  });

  it('is the moment that Date takes it for, in every year of four digits', () => {
    const firstOfAll = Date.parse('0000-01-01T00:00:00.000Z');
    const anyYear = fc.integer({ min: firstOfAll, max: Date.parse('9999-12-31T23:59:59.999Z') });
    const hundredYears = fc.integer({ min: firstOfAll, max: Date.parse('0101-01-01T00:00:00.000Z') });
    fc.assert(fc.property(fc.oneof(anyYear, hundredYears), (ms) => Instant.epochMs(Instant.fromEpochMs(ms)) === ms));
  });

  it('rejects every other way to write a time', () => {
    const others = [
      '',
      '2026-03-01',
      '2026-03-01T09:00:00Z',
      '2026-03-01T09:00:00.000',
      '2026-03-01T09:00:00.000+01:00',
    ];
    for (const raw of [
      ...others,
      ' 2026-03-01T09:00:00.000Z',
      '2026-03-01T09:00:00.000Z\n',
      '2026-03-01t09:00:00.000z',
    ]) {
      assert.throws(() => Instant.parse(raw), { code: 'instant.malformed' }, raw);
    }
  });

  it('rejects years of more than four digits, whose text sorts before ours', () => {
    for (const raw of ['+010000-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z']) {
      assert.throws(() => Instant.parse(raw), { code: 'instant.malformed' }, raw);
    }
  });

  it('ends with the years of four digits, so that all of them sort as text', () => {
    const last = Instant.parse('9999-12-31T23:59:59.999Z');
    const first = Instant.parse('0000-01-01T00:00:00.000Z');
    assert.equal(Instant.plusMs(Instant.parse('9999-12-31T23:59:59.000Z'), 3_600_000), last);
    assert.equal(Instant.plusMs(first, -3_600_000), first);
    assert.deepEqual([Instant.plusMs(first, 1e300), Instant.plusMs(last, -1e300)], [last, first]);
  });

  it('rejects moments that no clock shows', () => {
    const impossible = ['2026-13-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-01-01T24:00:00.000Z'];
    for (const raw of [...impossible, '2025-02-29T00:00:00.000Z', '2026-01-01T00:60:00.000Z']) {
      assert.throws(() => Instant.parse(raw), { code: 'instant.malformed' }, raw);
    }
  });

  it('agrees with Date about every day and time that digits can write', () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const year = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
    const parts = fc.tuple(year, two(14), two(33), two(25), two(61), two(61));
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second]) => {
        const raw = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
        const ms = Date.parse(raw);
        const isReal = !Number.isNaN(ms) && new Date(ms).toISOString() === raw;
        let isAccepted = true;
        try {
          Instant.parse(raw);
        } catch {
          isAccepted = false;
        }
        assert.equal(isAccepted, isReal, raw);
      }),
      { numRuns: 2_000 },
    );
    for (const raw of ['1900-02-29', '2026-04-31', '2026-00-01', '2026-01-00'])
      assert.throws(() => Instant.parse(`${raw}T00:00:00.000Z`), { code: 'instant.malformed' });
    assert.doesNotThrow(() => Instant.parse('2000-02-29T00:00:00.000Z'));
  });

  it('accepts the leap day', () => {
    assert.doesNotThrow(() => Instant.parse('2028-02-29T00:00:00.000Z'));
  });

  it('sorts as text in the order of time', () => {
    fc.assert(
      fc.property(anyMoment, anyMoment, (one, other) => {
        assert.equal(one < other, Instant.epochMs(one) < Instant.epochMs(other));
      }),
    );
  });

  it('can read back whatever it wrote', () => {
    fc.assert(fc.property(anyMoment, (at) => assert.equal(Instant.parse(at), at)));
  });

  it('reads whole seconds as it writes them, and no other form', () => {
    const at = '2026-03-01T09:00:00.000Z';
    assert.equal(Instant.unformat(Instant.format(at)), at);
    for (const text of [at, '2026-03-01T09:00:00', '2026-03-01T09:00:00+00:00', '2026-03-01', '']) {
      assert.equal(Instant.isValid(Instant.unformat(text)), false, text);
    }
  });

  it('moves and measures in milliseconds, forward and back', () => {
    const later = Instant.plusMs(NEW_YEAR, 1);
    assert.equal(later, '2026-01-01T00:00:00.001Z');
    assert.equal(Instant.msBetween(NEW_YEAR, later), 1);
    assert.equal(Instant.msBetween(later, NEW_YEAR), -1);
    assert.equal(Instant.plusMs(later, -1), NEW_YEAR);
  });
});
