import { collectErrors } from '../../domain/shared/collect-errors.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { byNetwork } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { Age } from '../../domain/user/age.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import type { UserView } from '../../ports/user-queries.ts';
import type { Client } from '../client.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashingShare } from './hashing-share.ts';
import { userView } from './user-view.ts';

export type RegisterUserCommand = Readonly<{
  email: string;
  password: Secret;
  age: number;
  name?: string | undefined;
  client: Client;
}>;

type Deps = Pick<Ports, 'unitOfWork' | 'passwordHasher' | 'idGenerator' | 'clock' | 'securityLog'> & {
  passwordPolicy: PasswordPolicy;
  throttle: Throttle;
  minimumAge: number;
};

/** A person registers and receives a welcome email. */
export class RegisterUser extends UseCase<Deps> {
  /**
   * @throws {DomainError} user.invalid | user.email-taken | throttle.exceeded
   * @throws {PortError} hashing.busy
   */
  async execute({ email, password, age, name, client }: RegisterUserCommand): Promise<UserView> {
    const { unitOfWork, passwordHasher, passwordPolicy, throttle, idGenerator, clock, securityLog } = this.deps;
    const parsed = collectErrors('user.invalid', {
      email: () => Email.parse(email),
      password: () => passwordPolicy.accept(password, { email, name: name ?? null }),
      age: () => Age.parse(age, this.deps.minimumAge),
      name: () => (name === undefined ? null : UserName.parse(name)),
    });
    const at = clock.now();
    await throttle.count(byNetwork(THROTTLE_POLICIES.registrationByIp, client.ip), at, client);

    const passwordHash = await passwordHasher.hash(parsed.password, hashingShare(email, client));
    const id = UserId.parse(idGenerator.next());
    const user = User.register({ ...parsed, id, passwordHash, at });
    await unitOfWork.run(async (stores) => {
      await stores.users.save(user);
      await queueNotification(this.deps, stores, { kind: 'welcome', to: parsed.email }, at);
    });
    securityLog.record({ event: 'user_created', userId: id, client });
    return userView(user);
  }
}
