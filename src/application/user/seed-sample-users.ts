import { Caller } from '../../domain/access/caller.ts';
import { userChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import { SeedSampleLicenses } from '../license/seed-sample-licenses.ts';
import { SeedSampleCounts } from '../statistics/seed-sample-counts.ts';
import { UseCase } from '../use-case.ts';

/** Without passwords: no account of a customer has a known password. A reset sets one. */
const SAMPLE = [
  { email: 'alice@example.com', name: 'Alice' },
  { email: 'bob@example.com', name: 'Bob' },
] as const;

const ADMIN = 'admin@example.com';

/** @property adminPassword of the sample administrator; `undefined`: none was created */
export type CreatedSamples = Readonly<{ users: number; adminPassword: Secret | undefined }>;

const NONE: CreatedSamples = { users: 0, adminPassword: undefined };

type Deps = Pick<
  Ports,
  'unitOfWork' | 'storeWipe' | 'idGenerator' | 'clock' | 'randomSource' | 'passwordHasher' | 'licenseQueries' | 'users'
> & { idempotencyRetentionMs: number };

/** Creates a few users with licenses, and an administrator, in an empty development store. */
export class SeedSampleUsers extends UseCase<Deps> {
  /** @returns none where the store has users */
  async execute({ wipeFirst }: Readonly<{ wipeFirst: boolean }>): Promise<CreatedSamples> {
    const { unitOfWork, storeWipe, randomSource, passwordHasher, clock } = this.deps;
    if (wipeFirst) await storeWipe.wipe();
    if (!(await unitOfWork.run(({ users }) => users.isEmpty()))) return NONE;
    const adminPassword = randomSource.token();
    const passwordHash = await passwordHasher.hash(adminPassword);
    const at = Instant.plusMs(clock.now(), -SeedSampleLicenses.HISTORY_MS);
    const people = SAMPLE.map(({ email, name }) => this.#register({ email, name, passwordHash: null, at }));
    const administrator = this.#register({ email: ADMIN, name: 'Sample administrator', passwordHash, at });
    const users = [...people, administrator.withRole('admin', at).confirmEmail(administrator.email, at).asSample()];
    if (!(await this.#add(users, at))) return NONE;
    await new SeedSampleLicenses(this.deps).execute({ owners: people.map(({ id }) => id) });
    await new SeedSampleCounts(this.deps).execute();
    return { users: users.length, adminPassword };
  }

  /** Whether the sample administrator exists and has this password. */
  async hasPassword(password: Secret): Promise<boolean> {
    const found = await this.deps.users.findByEmail(Email.canonicalize(ADMIN));
    return found?.isSample === true && this.deps.passwordHasher.verify(found.toSnapshot().passwordHash, password);
  }

  /** @returns `false` where the store has users */
  async #add(added: readonly User[], at: Instant): Promise<boolean> {
    try {
      return await this.deps.unitOfWork.run(async (stores) => {
        if (!(await stores.users.isEmpty())) return false;
        for (const user of added) {
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
        return true;
      });
    } catch (error) {
      // Another instance, starting at the same time, was first.
      if (error instanceof DomainError && error.code === 'user.email-taken') return false;
      throw error;
    }
  }

  #register({ email, name, ...rest }: { email: string; name: string } & Pick<RegisterInput, 'passwordHash' | 'at'>) {
    const id = UserId.parse(this.deps.idGenerator.next());
    return User.register({ id, email: Email.parse(email), name: UserName.parse(name), age: null, ...rest });
  }
}

type RegisterInput = Parameters<typeof User.register>[0];
