import type { Instant } from '../shared/instant.ts';
import type { UserId } from './user-id.ts';

/** A second factor: one-time passwords by time (RFC 6238). A user has at most one. */
export type SecondFactor = Readonly<{
  userId: UserId;
  /** The encrypted seed. */
  sealedSeed: string;
  /** `null`: pending. */
  confirmedAt: Instant | null;
  /** End of a pending one; `null` once it is confirmed. */
  expiresAt: Instant | null;
  /** Time step of the code that was accepted last; `null`: none was. */
  lastStep: number | null;
}>;
