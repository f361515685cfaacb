import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { instantOf } from './postgres-types.ts';

describe('instantOf', () => {
  for (const [written, instant] of [
    ['2026-01-01 00:00:00+00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01 00:00:00.1+00', '2026-01-01T00:00:00.100Z'],
    ['2026-01-01 00:00:00.12+00', '2026-01-01T00:00:00.120Z'],
    ['2026-01-01 00:00:00.123999+00', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01 05:45:00.5+05:45', '2026-01-01T00:00:00.500Z'],
    ['2025-12-31 16:00:00-08', '2026-01-01T00:00:00.000Z'],
    ['1900-01-01 00:19:32+00:19:32', '1900-01-01T00:00:00.000Z'],
    ['10000-01-01 05:44:59.999+05:45', '9999-12-31T23:59:59.999Z'],
  ] as const) {
    it(`reads ${written}`, () => assert.equal(instantOf(written), instant));
  }

  it('reads every moment in every zone', () => {
    const years = { min: new Date('0001-01-02T00:00:00Z'), max: new Date('9998-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(
        fc.date({ ...years, noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (at, minutes) => {
          const local = new Date(at.getTime() + minutes * 60_000).toISOString();
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const zone = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
          const written = `${local.slice(0, 10)} ${local.slice(11, 23)}${zone.replace(':00', '')}`;
          assert.equal(instantOf(written), at.toISOString());
        },
      ),
    );
  });

  it('leaves what is no moment of ours for others to refuse', () => {
    for (const written of ['infinity', '-infinity', '0044-03-15 12:00:00+00 BC', 'Thu 01 Jan 00:00:00 2026 UTC']) {
      assert.equal(instantOf(written), written);
    }
  });
});
