import type { Caller } from '../../domain/access/caller.ts';
import type { Role } from '../../domain/access/scope.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import { type VersionedUserView, versionedView } from './user-view.ts';

/** @property role `null`: none */
export type ReadUserView = VersionedUserView & Readonly<{ role: Role | null }>;

/** Reads one user: the caller, or any with the scope. */
export class ReadUser extends UseCase<Pick<Ports, 'users'>> {
  /** @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | id.malformed */
  async execute({ caller, userId }: Readonly<{ caller: Caller; userId: string }>): Promise<ReadUserView> {
    const id = UserId.parse(userId);
    caller.require('users:read', { self: id });
    const user = await this.deps.users.get(id);
    return { ...versionedView(user), role: user.role };
  }
}
