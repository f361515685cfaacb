import { byNetwork, networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import type { CanonicalEmail } from '../../domain/user/email.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Client } from '../client.ts';
import type { Attempt } from '../throttle/throttle.ts';

/** The limits on logins, the same for known and unknown addresses. */
export const loginAttempts = (address: CanonicalEmail, { ip }: Client) =>
  [
    { policy: LIMITS.loginByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
    { policy: LIMITS.loginByAddress, subject: address },
    ...byNetwork(LIMITS.loginByIp, ip),
  ] as const satisfies readonly Attempt[];

/** The limits on changes of credentials, each of which sends an email. */
export const credentialChanges = (userId: UserId, { ip }: Client): readonly Attempt[] => [
  { policy: LIMITS.credentialChangeByUser, subject: userId },
  { policy: LIMITS.credentialChangeByIp, subject: networkOf(ip) },
];

/** The consecutive failures of an account. They stay with it when its address changes. */
export const consecutiveFailures = (userId: UserId): Attempt => ({
  policy: LIMITS.loginFailuresInARow,
  subject: `user:${userId}`,
  userId,
});

/** The same for an unknown address, kept only as long as the other counts. */
export const unknownAddressFailures = (address: CanonicalEmail): Attempt => ({
  policy: { ...LIMITS.loginFailuresInARow, windowMs: LIMITS.loginByIp.windowMs },
  subject: `address:${address}`,
});
