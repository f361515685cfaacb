import type { Caller } from '../../domain/access/caller.ts';
import { userChanges } from '../../domain/audit/audited-fields.ts';
import { collectErrors } from '../../domain/shared/collect-errors.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Age } from '../../domain/user/age.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once, type Run } from '../idempotency.ts';
import { UseCase } from '../use-case.ts';
import { hashPasswordWithAddress } from './hash-new-password.ts';
import { hashingShare } from './hashing-share.ts';
import { savedView, type VersionedUserView } from './user-view.ts';

export type CreateUserCommand = Readonly<{
  caller: Caller;
  email: string;
  password?: Secret | undefined;
  age?: number | undefined;
  name?: string | undefined;
  idempotency?: IdempotentRequest<VersionedUserView> | undefined;
  client: Client;
}>;

type Deps = Pick<
  Ports,
  'breachedPasswords' | 'clock' | 'idGenerator' | 'passwordHasher' | 'securityLog' | 'unitOfWork' | 'users'
> & {
  passwordPolicy: PasswordPolicy;
  minimumAge: number;
  idempotencyRetentionMs: number;
};

/** An administrator creates a user. Only the address is required; without a password, a reset sets one. */
export class CreateUser extends UseCase<Deps> {
  /**
   * @throws {AlreadyAnswered}
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.invalid | user.email-taken | idempotency.*
   * @throws {PortError} hashing.busy | upstream.unavailable
   */
  async execute(command: CreateUserCommand): Promise<VersionedUserView> {
    command.caller.require('users:write');
    return once(this.deps, command.idempotency, (run) => this.#create(command, run));
  }

  async #create(
    { caller, email, password, age, name, client }: CreateUserCommand,
    run: Run<VersionedUserView>,
  ): Promise<VersionedUserView> {
    const { passwordPolicy, idGenerator, clock, securityLog, minimumAge } = this.deps;
    const parsed = collectErrors('user.invalid', {
      email: () => Email.parse(email),
      password: () => (password === undefined ? null : passwordPolicy.accept(password, { email, name: name ?? null })),
      age: () => (age === undefined ? null : Age.parse(age, minimumAge)),
      name: () => (name === undefined ? null : UserName.parse(name)),
    });

    const share = hashingShare(email, client);
    const passwordHash =
      parsed.password && (await hashPasswordWithAddress(this.deps, parsed.password, { email }, share));
    const id = UserId.parse(idGenerator.next());
    const at = clock.now();
    const user = User.register({ ...parsed, id, passwordHash, at });
    const view = await run(async (stores) => {
      await stores.users.save(user);
      await recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'user.created',
        subject: { kind: 'user', id },
        changes: userChanges(undefined, user.toSnapshot()),
        at,
      });
      return savedView(user);
    });
    securityLog.record({ event: 'user_created', userId: id, client });
    return view;
  }
}
