import { networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import type { CanonicalEmail } from '../../domain/user/email.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Client } from '../client.ts';
import type { Attempt } from '../throttle/throttle.ts';

/** The limits with an end, the same for an address that somebody has and for one that nobody has. */
export const loginAttempts = (address: CanonicalEmail, { ip }: Client) =>
  [
    { policy: LIMITS.loginByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
    { policy: LIMITS.loginByAddress, subject: address },
    { policy: LIMITS.loginByIp, subject: networkOf(ip) },
  ] as const satisfies readonly Attempt[];

/** The row of failures of an account. It goes where the account goes, also to another address. */
export const consecutiveFailures = (userId: UserId): Attempt => ({
  policy: LIMITS.loginStreak,
  subject: `user:${userId}`,
});

/** For an address that nobody has: the same work, kept no longer than the other counts. */
export const unknownAddressFailures = (address: CanonicalEmail): Attempt => ({
  policy: { ...LIMITS.loginStreak, windowMs: LIMITS.loginByIp.windowMs },
  subject: `address:${address}`,
});
