import assert from 'node:assert/strict';
import { Secret as Seed, TOTP } from 'otpauth';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { Person } from './people.ts';
import type { TestApp } from './test-app.ts';

const STEP_MS = 30_000;

export const SEALING = { SEALING_KEY: 'a-sealing-key-with-more-than-32-characters' };

/** What an authenticator app shows now, or showed `agoMs` ago. */
export const codeOf = (app: TestApp, secret: string, agoMs = 0): string =>
  new TOTP({ secret: Seed.fromBase32(secret) }).generate({ timestamp: Instant.epochMs(app.clock.now()) - agoMs });

/** Sets the factor up; the step of its first code is over. */
export const enrol = async (app: TestApp, { session }: Pick<Person, 'session'>) => {
  const begun = await app.call('POST', '/mfa/totp', { session });
  assert.equal(begun.status, 201, begun.body);
  const { secret } = begun.json();
  const confirmed = await app.call('PUT', '/mfa/totp', { session, json: { code: codeOf(app, secret) } });
  assert.equal(confirmed.status, 200, confirmed.body);
  app.clock.advance(STEP_MS);
  return { secret: secret as string, recoveryCodes: confirmed.json().recovery_codes as string[] };
};
