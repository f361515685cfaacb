import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { Instant } from '../shared/instant.ts';
import { dueNotice, type ExpiryNotice, noticeHorizon } from './expiry-notice.ts';

const DAY_MS = 86_400_000;

const inDays = (days: number): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS);

const ending = (days: number, more: Parameters<typeof aLicense>[0] = {}) =>
  aLicense({ expiresAt: Instant.format(inDays(days)), ...more }).toSnapshot();

/** The number of days of the notice that is due at New Year. */
const dueDays = (license: ReturnType<typeof ending>, ...sent: readonly Partial<ExpiryNotice>[]) => {
  const { id: licenseId } = license;
  const expiresAt = license.expiresAt ?? NEW_YEAR;
  const notices = sent.map((each) => ({ licenseId, expiresAt, days: 14, queuedAt: NEW_YEAR, ...each }));
  return dueNotice(license, notices, NEW_YEAR)?.days;
};

describe('The notice that is due', () => {
  it('is one of 14 days, and then one of 3', () => {
    const due = [15, 14, 13, 4, 3, 2, 1].map((days) => dueDays(ending(days)));
    assert.deepEqual(due, [undefined, 14, 14, 14, 3, 3, 3]);
    assert.equal(dueDays(ending(14 + 1 / 86_400)), undefined);
  });

  it('is none where it was sent for this end, and where a later one was', () => {
    assert.equal(dueDays(ending(10), { days: 14 }), undefined);
    assert.equal(dueDays(ending(10), { days: 3 }), undefined);
    assert.equal(dueDays(ending(2), { days: 14 }), 3);
    assert.equal(dueDays(ending(2), { days: 3 }), undefined);
    assert.equal(dueDays(ending(10), { days: 14, expiresAt: inDays(9) }), 14);
  });

  it('is none for a license that is not active, has no end, or has a banned owner', () => {
    const others = [
      ending(2, { status: 'suspended' }),
      ending(2, { status: 'revoked' }),
      ending(2, { ownerBanned: true }),
      ending(2, { startsAt: Instant.format(inDays(1)) }),
      ending(-1, { startsAt: Instant.format(inDays(-9)), graceDays: 9 }),
      aLicense().toSnapshot(),
    ];
    assert.deepEqual(
      others.map((license) => dueDays(license)),
      others.map(() => undefined),
    );
  });

  it('is about no license that ends at the horizon', () => {
    const horizon = noticeHorizon(NEW_YEAR);
    const at = (expiresAt: Instant) => dueNotice({ ...ending(1), expiresAt }, [], NEW_YEAR)?.days;
    assert.deepEqual([at(Instant.plusMs(horizon, -1)), at(horizon)], [14, undefined]);
  });
});
