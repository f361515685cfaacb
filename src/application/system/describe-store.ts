import type { Caller } from '../../domain/access/caller.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoreDescription } from '../../ports/store-health.ts';
import { UseCase } from '../use-case.ts';

/** Says which database the service runs on, for those who may administer it. */
export class DescribeStore extends UseCase<Pick<Ports, 'storeHealth'>> {
  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  async execute({ caller }: Readonly<{ caller: Caller }>): Promise<StoreDescription> {
    caller.require('staff:write');
    return this.deps.storeHealth.describe();
  }
}
