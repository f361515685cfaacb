import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aPasswordReset } from '../../../test/builders/password-reset-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { MAX_CLOCK_SKEW_MS } from '../shared/clock-skew.ts';
import { Instant } from '../shared/instant.ts';
import { PasswordReset } from './password-reset.ts';

const HOUR_MS = 3_600_000;
const [ada, eve] = [aUser(), aUser({ id: anId(2) })];

const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

describe('PasswordReset', () => {
  it('expires its lifetime after the request', () => {
    const { requestedAt, expiresAt } = aPasswordReset({ ttlMs: HOUR_MS }).toSnapshot();
    assert.deepEqual([requestedAt, expiresAt], [NEW_YEAR, '2026-01-01T01:00:00.000Z']);
  });

  it('serves its user up to the last millisecond and not at its expiry', () => {
    const reset = aPasswordReset({ ttlMs: HOUR_MS });
    assert.equal(reset.isValidFor(ada, NEW_YEAR), true);
    assert.equal(reset.isValidFor(ada, after(HOUR_MS - 1)), true);
    assert.equal(reset.isValidFor(ada, after(HOUR_MS)), false);
    assert.equal(reset.isValidFor(ada, after(365 * 24 * HOUR_MS)), false);
  });

  it('is valid for no user where a clock that was ahead has created it', () => {
    assert.equal(aPasswordReset({ at: after(MAX_CLOCK_SKEW_MS) }).isValidFor(ada, NEW_YEAR), true);
    assert.equal(aPasswordReset({ at: after(MAX_CLOCK_SKEW_MS + 1) }).isValidFor(ada, NEW_YEAR), false);
  });

  it('ASVS 6.6.2: is valid only for the user it was created for', () => {
    assert.equal(aPasswordReset().isValidFor(eve, NEW_YEAR), false);
    assert.equal(aPasswordReset().isValidFor(undefined, NEW_YEAR), false);
  });

  it('serves no banned user', () => {
    const banned = ada.ban(null, NEW_YEAR);
    assert.equal(aPasswordReset().isValidFor(banned, NEW_YEAR), false);
    assert.equal(aPasswordReset().isValidFor(banned.unban(), NEW_YEAR), true);
  });

  it('comes back from its snapshot the same', () => {
    const snapshot = aPasswordReset().toSnapshot();
    assert.deepEqual(PasswordReset.fromSnapshot(snapshot).toSnapshot(), snapshot);
  });
});
