import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Returns what a caller is and may do. */
export class DescribeCaller extends UseCase<Pick<Ports, 'users'>> {
  /** @throws {DomainError} access.unauthenticated: anonymous, also where administration is open */
  async execute({ caller }: Readonly<{ caller: Caller }>) {
    const { kind, scopes, role, products, elevatedUntil } = caller;
    const userId = caller.userId ?? caller.token?.ownerId ?? undefined;
    if (kind === 'anonymous') throw new DomainError('access.unauthenticated', 'Log in first.');
    const user = userId === undefined ? undefined : await this.deps.users.get(userId);
    const mfa = caller.sessionId === undefined ? undefined : user?.hasSecondFactor;
    return { kind, scopes, role, products, user, mfa, elevatedUntil };
  }
}
