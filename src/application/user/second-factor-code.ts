import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { RecoveryCode } from '../../domain/user/recovery-code.ts';
import type { SecondFactor } from '../../domain/user/second-factor.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Attempt } from '../throttle/throttle.ts';

type Deps = Pick<Ports, 'oneTimePasswords' | 'sealer' | 'tokenHasher'>;

export type UsedCode = Readonly<{ kind: 'totp' } | { kind: 'recovery'; left: number }>;

/** The limit on codes. Only a person with the right password reaches it. */
export const codeAttempt = (userId: UserId): Attempt => ({ policy: THROTTLE_POLICIES.mfaByAccount, subject: userId });

export const seedPlace = (userId: UserId) => ({ table: 'second_factors', column: 'seed', rowId: userId }) as const;

/**
 * Uses a code up: six digits, whose time step is then accepted no more, or a recovery code, which is removed.
 * @returns `undefined`: the code is wrong or was used
 * @throws {PortError} sealing.unavailable
 */
export const takeCode = async (
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
  const step = oneTimePasswords.stepOf(seed, code.reveal(), at);
  const next = step === undefined ? undefined : factor.accept(step);
  if (next === undefined) return undefined;
  await secondFactors.put(next);
  return { kind: 'totp' };
};
