import { Secret as Seed, TOTP } from 'otpauth';
import { Instant } from '../../../domain/shared/instant.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import type { OneTimePasswords } from '../../../ports/one-time-passwords.ts';

const SEED_BYTES = 20;
const STEP_MS = 30_000;
/** Clocks of phones are wrong by so many steps at most. */
const DRIFT_STEPS = 1;

export class OtpauthPasswords implements OneTimePasswords {
  readonly #issuer: string;

  /** @param issuer name of the service in the app */
  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  newSeed(): Secret {
    return new Secret(new Seed({ size: SEED_BYTES }).base32);
  }

  uri(seed: Secret, account: string): string {
    return this.#totp(seed, account).toString();
  }

  stepOf(seed: Secret, code: string, at: Instant): number | undefined {
    if (!/^\d{6}$/.test(code)) return undefined;
    const timestamp = Instant.epochMs(at);
    const delta = this.#totp(seed).validate({ token: code, timestamp, window: DRIFT_STEPS });
    return delta === null ? undefined : Math.floor(timestamp / STEP_MS) + delta;
  }

  #totp(seed: Secret, label = ''): TOTP {
    return new TOTP({ issuer: this.#issuer, label, secret: Seed.fromBase32(seed.reveal()) });
  }
}
