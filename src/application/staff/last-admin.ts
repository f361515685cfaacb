import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { UserId } from '../../domain/user/user-id.ts';

/**
 * @param admins as `UserRepository.lockAdmins` returned them in this unit of work
 * @throws {DomainError} staff.last-admin: `userId` is the last one, and the caller is not root
 */
export const assertOtherAdmin = (admins: readonly UserId[], userId: UserId, caller: Caller): void => {
  if (caller.kind === 'root' || admins.length > 1 || admins[0] !== userId) return;
  throw new DomainError('staff.last-admin', 'This is the last admin. Give another person the role first.');
};
