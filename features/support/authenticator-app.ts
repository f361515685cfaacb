import assert from 'node:assert/strict';
import { Secret as Seed, TOTP } from 'otpauth';
import { Instant } from '../../src/domain/shared/instant.ts';

export const STEP_MS = 30_000;

/** The authenticator app of a person, which shows another code every 30 seconds (RFC 6238). */
export class AuthenticatorApp {
  readonly #totp: TOTP;
  readonly #now: () => string;

  /** @param seed in base32 */
  constructor(seed: string, now: () => string) {
    this.#totp = new TOTP({ secret: Seed.fromBase32(seed) });
    this.#now = now;
  }

  /** @param offsetMs by which the clock of the app is ahead */
  code(offsetMs = 0): string {
    return this.#totp.generate({ timestamp: Instant.epochMs(Instant.parse(this.#now())) + offsetMs });
  }

  /** Six digits that this app does not show now, nor in the step before or after. */
  wrongCode(): string {
    const right = [-STEP_MS, 0, STEP_MS].map((offset) => this.code(offset));
    const wrong = ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code));
    return wrong ?? assert.fail('Three codes are not four');
  }
}
