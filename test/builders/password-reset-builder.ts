import type { Instant } from '../../src/domain/shared/instant.ts';
import { PasswordReset } from '../../src/domain/user/password-reset.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

type Request = { userId?: string; tokenHash?: string; ttlMs?: number; confirmsEmail?: boolean; at?: Instant };

/** A reset that the user of `aUser()` asked for, good for an hour. Override only what the test is about. */
export const aPasswordReset = ({
  userId = anId(1),
  tokenHash = 'e5'.repeat(32),
  ttlMs = 3_600_000,
  confirmsEmail = false,
  at = NEW_YEAR,
}: Request = {}): PasswordReset =>
  PasswordReset.request({
    userId: UserId.parse(userId),
    tokenHash: TokenHash.parse(tokenHash),
    ttlMs,
    confirmsEmail,
    at,
  });
