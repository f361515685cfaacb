import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/mothers/ids.ts';
import { NEW_YEAR } from '../../../test/mothers/instants.ts';
import { aPasswordReset } from '../../../test/mothers/password-reset-mother.ts';
import { Instant } from '../shared/instant.ts';
import { PasswordReset } from './password-reset.ts';
import { UserId } from './user-id.ts';

const HOUR_MS = 3_600_000;
const [ada, eve] = [UserId.parse(anId(1)), UserId.parse(anId(2))];

const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

describe('PasswordReset', () => {
  it('lives from its request for as long as it is given', () => {
    const { requestedAt, expiresAt } = aPasswordReset({ ttlMs: HOUR_MS }).toSnapshot();
    assert.deepEqual([requestedAt, expiresAt], [NEW_YEAR, '2026-01-01T01:00:00.000Z']);
  });

  it('serves its user up to the last millisecond and not at its expiry', () => {
    const reset = aPasswordReset({ ttlMs: HOUR_MS });
    assert.doesNotThrow(() => reset.mustServe(ada, NEW_YEAR));
    assert.doesNotThrow(() => reset.mustServe(ada, after(HOUR_MS - 1)));
    assert.throws(() => reset.mustServe(ada, after(HOUR_MS)), { code: 'password-reset.refused' });
    assert.throws(() => reset.mustServe(ada, after(365 * 24 * HOUR_MS)), { code: 'password-reset.refused' });
  });

  it('ASVS 6.6.2: serves nobody but the user it was made for', () => {
    assert.throws(() => aPasswordReset().mustServe(eve, NEW_YEAR), { code: 'password-reset.refused' });
    assert.throws(() => aPasswordReset().mustServe(undefined, NEW_YEAR), { code: 'password-reset.refused' });
  });

  it('gives one answer for every reason, so that guessing teaches nothing', () => {
    const answer = (attempt: () => void): unknown => {
      try {
        attempt();
      } catch (refusal) {
        return [(refusal as { code: string }).code, (refusal as { sentences: string[] }).sentences];
      }
      return undefined;
    };
    const { code, sentences } = PasswordReset.refused();
    for (const attempt of [
      () => aPasswordReset().mustServe(ada, after(HOUR_MS)),
      () => aPasswordReset().mustServe(eve, NEW_YEAR),
      () => aPasswordReset().mustServe(undefined, NEW_YEAR),
    ]) {
      assert.deepEqual(answer(attempt), [code, sentences]);
    }
  });

  it('comes back from its snapshot the same', () => {
    const snapshot = aPasswordReset().toSnapshot();
    assert.deepEqual(PasswordReset.fromSnapshot(snapshot).toSnapshot(), snapshot);
  });
});
