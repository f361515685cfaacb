import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { byNetwork, networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import { type CanonicalEmail, Email } from '../../domain/user/email.ts';
import { KnownNetwork } from '../../domain/user/known-network.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { TokenHash } from '../../domain/user/token-hash.ts';
import type { User } from '../../domain/user/user.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { AttemptCount } from '../../ports/attempt-counters.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { hashingShare } from './hashing-share.ts';
import type { LockedLoginBuffer } from './notify-locked-logins.ts';

/** The limits on the log-in attempts of a client. */
export type LoginLimits = Readonly<{
  /** Hash of account and network. */
  network: TokenHash;
  /** The account has logged in from this network: its attempts count by themselves, whatever comes from elsewhere. */
  isKnown: boolean;
  /** All that a wrong attempt counts on, but for `failures`. The first is on this account and network. */
  attempts: readonly [Attempt, ...Attempt[]];
  /** Those of `attempts` that a complete log-in ends. It takes its own attempt back on the others. */
  endedByLogin: readonly Attempt[];
  /** The failures in a row. */
  failures: Attempt;
  /** `attempts` and then `failures`, which do not reject: counted in one step, in the order of all units of work. */
  counted: readonly Attempt[];
  /** Further counts that a complete log-in ends: from an earlier time in which the network was known. */
  left: readonly Attempt[];
}>;

type Login = Readonly<{ address: CanonicalEmail; userId: UserId | undefined; at: Instant; client: Client }>;

/**
 * Looks up whether the network is known to the account. An address without an account costs the same look-up.
 * @param deps.knownNetworks those of the unit of work, where there is one
 */
export const loginLimits = async (
  { knownNetworks, tokenHasher }: Pick<Ports, 'knownNetworks' | 'tokenHasher'>,
  { address, userId, at, client }: Login,
): Promise<LoginLimits> => {
  const network = tokenHasher.hash(new Secret(`${userId ?? address} ${networkOf(client.ip)}`));
  const known = await knownNetworks.find(network);
  const byIp = byNetwork(LIMITS.loginByIp, client.ip);
  if (userId === undefined || !known?.isKnown(at)) {
    const endedByLogin = loginsFromElsewhere(address, client);
    const failures = userId === undefined ? unknownAddressFailures(address) : failuresFromElsewhere(userId);
    const left = userId === undefined ? [] : loginsFromKnown(network, userId);
    return limitsOf({ network, isKnown: false, attempts: [...endedByLogin, ...byIp], endedByLogin, failures, left });
  }
  const [byKnown, failures] = loginsFromKnown(network, userId);
  // The /48 of an IPv6 address is counted and does not stop the account: other networks are in it too.
  const byWidth = byIp.map((attempt, nth) => (nth === 0 ? attempt : { ...attempt, rejects: false as const }));
  // As many counters as from elsewhere, so that the time does not reveal that the network is known.
  const attempts = [byKnown, { policy: UNREAD, subject: network }, ...byWidth] as const;
  return limitsOf({ network, isKnown: true, attempts, endedByLogin: [byKnown], failures, left: [] });
};

const limitsOf = (limits: Omit<LoginLimits, 'counted'>): LoginLimits => {
  const { attempts, failures } = limits;
  return { ...limits, counted: [...attempts, { ...failures, policy: unlimited(failures.policy) }] };
};

/**
 * Counts an attempt among the failures in a row. The owner of a locked account gets an email, which the background queues.
 * @param counts those of `limits.counted`, where the unit of work has counted them
 * @returns whether the log-ins are locked
 */
export const countFailure = async (
  { throttle, lockedLogins }: Readonly<{ throttle: Throttle; lockedLogins: LockedLoginBuffer }>,
  stores: Stores,
  { failures, isKnown }: LoginLimits,
  at: Instant,
  client: Client,
  counts: readonly AttemptCount[] = [],
): Promise<boolean> => {
  const left = await throttle.countAndCompare(stores, failures, at, client, counts.at(-1));
  const { userId } = failures;
  if (left <= 0 && userId !== undefined) lockedLogins.add({ userId, failures, isKnown, at });
  return left < 0;
};

/**
 * Verifies a user's own password within the limits of a log-in, and counts nothing: the unit of work that follows counts
 * `limits.counted`, as at a log-in, since both reveal whether a guess is right.
 * @throws {DomainError} throttle.exceeded
 * @throws {PortError} hashing.busy
 */
export const verifyOwnPassword = async (
  deps: Pick<Ports, 'knownNetworks' | 'passwordHasher' | 'tokenHasher'> & Readonly<{ throttle: Throttle }>,
  user: User,
  password: Secret,
  at: Instant,
  client: Client,
): Promise<Readonly<{ isRight: boolean; limits: LoginLimits }>> => {
  const limits = await loginLimits(deps, { address: Email.canonicalize(user.email), userId: user.id, at, client });
  await deps.throttle.assertAllowed(limits.attempts, at, client);
  const share = hashingShare(user.email, client);
  const isRight = await deps.passwordHasher.verify(user.passwordHash, PasswordPolicy.normalize(password), share);
  return { isRight, limits };
};

const unlimited = (policy: ThrottlePolicy): ThrottlePolicy => ({ ...policy, limit: Number.POSITIVE_INFINITY });

/** Counts in place of `login-address`, and limits nothing. */
const UNREAD = unlimited({ ...LIMITS.loginByAddress, name: 'login-known-address' });

/** Locks all that a complete log-in changes, in the order of all units of work; before that, the account is locked. */
export const lockLogin = (throttle: Throttle, stores: Stores, { counted, left }: LoginLimits): Promise<void> =>
  throttle.lock(stores, [...counted, ...left]);

/** Ends the failures of a complete log-in, and makes its network known. */
export const completeLogin = async (
  throttle: Throttle,
  stores: Stores,
  userId: UserId,
  { network, attempts, endedByLogin, failures, left }: LoginLimits,
  at: Instant,
): Promise<void> => {
  await throttle.reset(stores, ...endedByLogin, failures, ...left);
  await throttle.refund(stores, ...attempts.filter((attempt) => !endedByLogin.includes(attempt)));
  const known = KnownNetwork.ofLogin({ hash: network, userId, at });
  await stores.knownNetworks.put(known, { keep: KnownNetwork.MAX_PER_USER });
};

/** All that a reset of the password ends. */
export const endedByReset = async (
  stores: Stores,
  { address, userId, client }: Omit<Login, 'at'> & Readonly<{ userId: UserId }>,
): Promise<readonly Attempt[]> => [...loginsFromElsewhere(address, client), ...(await failuresOf(stores, userId))];

/** The limits on an account, also on each network that is known to it. They stay when its address changes. */
export const failuresOf = async ({ knownNetworks }: Stores, userId: UserId): Promise<readonly Attempt[]> => {
  const known = await knownNetworks.listOf(userId);
  return [
    failuresFromElsewhere(userId),
    ...known.flatMap((network) => loginsFromKnown(network.toSnapshot().hash, userId)),
  ];
};

/** The limits on changes of credentials, each of which sends an email. */
export const credentialChanges = (userId: UserId, { ip }: Client): readonly Attempt[] => [
  { policy: LIMITS.credentialChangeByUser, subject: userId },
  { policy: LIMITS.credentialChangeByIp, subject: networkOf(ip) },
];

/** The failures in a row from networks that are not known. */
const failuresFromElsewhere = (userId: UserId): Attempt => ({
  policy: LIMITS.loginFailuresInARow,
  subject: `user:${userId}`,
  userId,
});

/**
 * The same for an unknown address, kept no longer than the other counts. Its window differs from theirs, as that of an
 * account does: so it takes as many pages of the index of ends.
 */
const unknownAddressFailures = (address: CanonicalEmail): Attempt => ({
  policy: { ...LIMITS.loginFailuresInARow, windowMs: LIMITS.loginByAddress.windowMs / 2 },
  subject: `address:${address}`,
});

/** The limits on the account, the same for known and unknown addresses. */
const loginsFromElsewhere = (address: CanonicalEmail, { ip }: Client) =>
  [
    { policy: LIMITS.loginByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
    { policy: LIMITS.loginByAddress, subject: address },
  ] as const satisfies readonly Attempt[];

/** The limit on a known network, and its failures in a row: these do not end before the network is no longer known. */
const loginsFromKnown = (network: TokenHash, userId: UserId) =>
  [
    { policy: LIMITS.loginByKnownNetwork, subject: network, userId },
    {
      policy: { ...LIMITS.loginFailuresInARow, windowMs: KnownNetwork.TTL_MS },
      subject: `network:${network}`,
      userId,
    },
  ] as const satisfies readonly Attempt[];
