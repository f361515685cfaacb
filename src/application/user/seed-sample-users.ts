import { Caller } from '../../domain/access/caller.ts';
import { userChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Email } from '../../domain/user/email.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import { UseCase } from '../use-case.ts';

/** Without passwords: no account has a known password. A reset sets one. */
const SAMPLE = [
  { email: 'alice@example.com', name: 'Alice' },
  { email: 'bob@example.com', name: 'Bob' },
] as const;

/** Creates a few users in an empty development store. */
export class SeedSampleUsers extends UseCase<Pick<Ports, 'unitOfWork' | 'storeWipe' | 'idGenerator' | 'clock'>> {
  /** @returns the number of created users; 0 where the store has users */
  async execute({ wipeFirst }: Readonly<{ wipeFirst: boolean }>): Promise<number> {
    const { unitOfWork, storeWipe, idGenerator, clock } = this.deps;
    if (wipeFirst) await storeWipe.wipe();
    const at = clock.now();
    try {
      return await unitOfWork.run(async (stores) => {
        if (!(await stores.users.isEmpty())) return 0;
        for (const { email, name } of SAMPLE) {
          const person = { email: Email.parse(email), name: UserName.parse(name), age: null, passwordHash: null };
          const user = User.register({ id: UserId.parse(idGenerator.next()), ...person, at });
          await stores.users.save(user);
          await recordAudit(this.deps, stores, {
            caller: Caller.system('server'),
            client: undefined,
            action: 'user.created',
            subject: { kind: 'user', id: user.id },
            changes: userChanges(undefined, user.toSnapshot()),
            at,
          });
        }
        return SAMPLE.length;
      });
    } catch (error) {
      // Another instance, starting at the same time, was first.
      if (error instanceof DomainError && error.code === 'user.email-taken') return 0;
      throw error;
    }
  }
}
