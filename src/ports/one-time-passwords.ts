import type { Instant } from '../domain/shared/instant.ts';
import type { Secret } from '../domain/shared/secret.ts';

/** One-time passwords by time (TOTP, RFC 6238): SHA-1, six digits, steps of 30 seconds, as every authenticator app has them. */
export interface OneTimePasswords {
  /** 160 random bits in base32 (RFC 4648) without padding. */
  newSeed(): Secret;

  /** Content of the QR code for an authenticator app. */
  uri(seed: Secret, account: string): string;

  /** The time step that the code belongs to, at most one before or after that of `at`; `undefined`: a wrong code. */
  stepOf(seed: Secret, code: string, at: Instant): number | undefined;
}
