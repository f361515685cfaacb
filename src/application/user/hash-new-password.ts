import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { HashingShare } from '../../ports/password-hasher.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';

/**
 * Hashes a chosen password, unless it is known from a breach. Call it after the rules of the password and the limits: at
 * most a part of a hash leaves the server, and not for requests that are rejected anyway.
 * @throws {DomainError} user.invalid
 * @throws {PortError} upstream.unavailable | hashing.busy
 */
export const hashNewPassword = async (
  { breachedPasswords, passwordHasher }: Pick<Ports, 'breachedPasswords' | 'passwordHasher'>,
  password: Secret,
  share: HashingShare,
): Promise<PasswordHash> => {
  if (await breachedPasswords.has(password)) {
    throw new DomainError('user.invalid', 'This password is known from a breach of another service; choose another.');
  }
  return passwordHasher.hash(password, share);
};

/**
 * Hashes the password that an account chooses with its address. Of an address that another account has, which is rejected
 * later, nothing is asked.
 * @param address.userId of the account; `undefined`: there is none yet
 * @throws {DomainError} user.invalid
 * @throws {PortError} upstream.unavailable | hashing.busy
 */
export const hashPasswordWithAddress = async (
  deps: Pick<Ports, 'breachedPasswords' | 'passwordHasher' | 'users'>,
  password: Secret,
  { email, userId }: Readonly<{ email: string; userId?: UserId }>,
  share: HashingShare,
): Promise<PasswordHash> => {
  const owner = await deps.users.findByEmail(Email.canonicalize(email));
  const isTaken = owner !== undefined && owner.id !== userId;
  return isTaken ? deps.passwordHasher.hash(password, share) : hashNewPassword(deps, password, share);
};

/**
 * Takes the attempts that were counted before a hash back where there is none: neither a busy hasher nor a missing answer
 * about breaches is a guess.
 */
export const refundUnlessHashed = async (
  { unitOfWork, throttle }: Pick<Ports, 'unitOfWork'> & Readonly<{ throttle: Throttle }>,
  attempts: readonly Attempt[],
  hash: () => Promise<PasswordHash>,
): Promise<PasswordHash> => {
  try {
    return await hash();
  } catch (error) {
    if (error instanceof PortError) await unitOfWork.run((stores) => throttle.refund(stores, ...attempts));
    throw error;
  }
};
