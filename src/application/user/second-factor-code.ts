import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { RecoveryCode } from '../../domain/user/recovery-code.ts';
import { SecondFactor } from '../../domain/user/second-factor.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';

type Deps = Pick<Ports, 'oneTimePasswords' | 'sealer' | 'tokenHasher'>;

export type UsedCode = Readonly<{ kind: 'totp' } | { kind: 'recovery'; left: number }>;

/**
 * @property code `undefined`: it is missing, which counts as a wrong one
 * @property isLocked after a hundred failures in a row a right code is answered as a wrong one
 */
type Candidate = Readonly<{ code: Secret | undefined; isLocked: boolean; at: Instant; client: Client }>;

/** `code-limited`: the limit was reached before this code. */
export type RefusedCode = Readonly<{ kind: 'code-refused' | 'code-limited' }>;

/** The limit on codes. Only a person with the right password reaches it. */
export const codeAttempt = (userId: UserId): Attempt => ({
  policy: THROTTLE_POLICIES.mfaByAccount,
  subject: userId,
  userId,
});

export const seedPlace = (userId: UserId) => ({ table: 'second_factors', column: 'seed', rowId: userId }) as const;

/**
 * Uses a code up: six digits, whose time step is then accepted no more, or a recovery code, which is removed.
 * @returns `undefined`: the code is wrong or was used
 * @throws {PortError} sealing.unavailable
 */
const takeCode = async (
  { oneTimePasswords, sealer, tokenHasher }: Deps,
  { secondFactors }: Stores,
  factor: SecondFactor,
  code: Secret,
  at: Instant,
): Promise<UsedCode | undefined> => {
  const { userId } = factor;
  const recovery = RecoveryCode.tryParse(code.reveal());
  if (recovery !== undefined) {
    const hash = tokenHasher.hash(new Secret(recovery));
    if (!(await secondFactors.takeRecoveryCode(userId, hash))) return undefined;
    return { kind: 'recovery', left: await secondFactors.countRecoveryCodes(userId) };
  }
  const seed = sealer.open(factor.sealedSeed, seedPlace(userId));
  const step = oneTimePasswords.stepOf(seed, SecondFactor.digitsOf(code), at);
  const next = step === undefined ? undefined : factor.accept(step);
  if (next === undefined) return undefined;
  await secondFactors.put(next);
  return { kind: 'totp' };
};

/**
 * Counts the code, and uses it up if it is right.
 * @throws {PortError} sealing.unavailable
 */
export const proveCode = async (
  deps: Deps & { throttle: Throttle },
  stores: Stores,
  userId: UserId,
  { code, isLocked, at, client }: Candidate,
): Promise<Readonly<{ kind: 'proven'; used: UsedCode }> | RefusedCode> => {
  const attempt = codeAttempt(userId);
  if (await deps.throttle.isExceeded(stores, attempt, at, client)) return { kind: 'code-limited' };
  const factor = await stores.secondFactors.find(userId);
  const isUsable = code !== undefined && !isLocked && factor?.isConfirmed;
  const used = isUsable ? await takeCode(deps, stores, factor, code, at) : undefined;
  if (used === undefined) return { kind: 'code-refused' };
  await deps.throttle.reset(stores, attempt);
  return { kind: 'proven', used };
};

/**
 * Answers a code that was not proven, after its unit of work.
 * @param about `detail`: for the security log
 * @throws {DomainError} mfa.refused | throttle.exceeded
 */
export const refuseCode = async (
  { throttle, securityLog }: Pick<Ports, 'securityLog'> & { throttle: Throttle },
  { kind }: RefusedCode,
  {
    userId,
    at,
    client,
    detail,
  }: Readonly<{ userId?: UserId | undefined; at: Instant; client: Client; detail: string }>,
): Promise<never> => {
  if (kind === 'code-limited' && userId !== undefined) {
    await throttle.assertAllowed([codeAttempt(userId)], at, client);
  }
  securityLog.record({ event: 'authn_login_fail', userId, client, detail });
  throw SecondFactor.refused();
};
