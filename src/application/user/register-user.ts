import { userChanges } from '../../domain/audit/audited-fields.ts';
import { collectErrors, optional } from '../../domain/shared/collect-errors.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { byNetwork } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { Age } from '../../domain/user/age.ts';
import { Confirmation } from '../../domain/user/confirmation.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { UserView } from '../../ports/user-queries.ts';
import { ANONYMOUS, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashPasswordWithAddress, refundUnlessHashed } from './hash-new-password.ts';
import { hashingShare } from './hashing-share.ts';
import { userView } from './user-view.ts';

/** `open`: an account at once. `confirmed`: after the mailbox has confirmed the address. `closed`: none. */
export type RegistrationMode = 'open' | 'confirmed' | 'closed';

type Person = Readonly<{ email: string; age: number; name?: string | undefined; password: Secret }>;

export type RegisterUserCommand = Person & Readonly<{ client: Client }>;

/** Fields that a later request repeats. They are checked, so that errors show early, and not stored. */
export type RequestRegistrationCommand = Pick<Person, 'email'> &
  Partial<Omit<Person, 'email'>> &
  Readonly<{ client: Client }>;

export type CompleteRegistrationCommand = RegisterUserCommand & Readonly<{ token: Secret }>;

type Deps = Pick<
  Ports,
  | 'breachedPasswords'
  | 'users'
  | 'unitOfWork'
  | 'passwordHasher'
  | 'tokenHasher'
  | 'idGenerator'
  | 'clock'
  | 'securityLog'
> & {
  passwordPolicy: PasswordPolicy;
  throttle: Throttle;
  minimumAge: number;
  registration: RegistrationMode;
  /** A log-in takes a confirmed address. */
  confirmedOnly: boolean;
};

/** A person registers: at once, or in two steps around an email that proves the address. */
export class RegisterUser extends UseCase<Deps> {
  get mode(): RegistrationMode {
    return this.deps.registration;
  }

  /** Whether an account that was opened at once can log in only after its address is confirmed. */
  get mustConfirm(): boolean {
    return this.deps.confirmedOnly;
  }

  /**
   * Opens an account, whose address is not confirmed. A welcome email follows, and where a log-in takes a confirmed address
   * another one that confirms it.
   * @throws {DomainError} user.invalid | user.email-taken | registration.closed | throttle.exceeded
   * @throws {PortError} hashing.busy | upstream.unavailable
   */
  async execute(command: RegisterUserCommand): Promise<UserView> {
    const { throttle, clock } = this.deps;
    const { email, client } = command;
    this.#assertMode('open');
    const { password, ...person } = this.#parse(command);
    const at = clock.now();
    const attempts = registrations(client);
    await throttle.count(attempts, at, client);
    const passwordHash = await this.#hash(password, email, client, attempts);
    const user = User.register({ ...person, id: this.#newId(), passwordHash, at });
    await this.deps.unitOfWork.run(async (stores) => {
      await this.#open(stores, user, client, at);
    });
    return this.#registered(user, client);
  }

  /**
   * Queues an email for the address. The work is the same for every address: rendering the email finds out whether there
   * is an account (see RenderEmail).
   * @throws {DomainError} user.invalid | registration.closed | throttle.exceeded
   */
  async request({ email, password, age, name, client }: RequestRegistrationCommand): Promise<void> {
    const { passwordPolicy, minimumAge, throttle, clock } = this.deps;
    this.#assertMode('confirmed');
    const parsed = collectErrors<ParsedRequest>('user.invalid', {
      email: () => Email.parse(email),
      password: optional(password, (raw) => passwordPolicy.accept(raw, { email, name: name ?? null })),
      age: optional(age, (raw) => Age.parse(raw, minimumAge)),
      name: optional(name, UserName.parse),
    });
    const at = clock.now();
    await throttle.countThen(registrations(client), at, client, (stores) =>
      queueNotification(
        this.deps,
        stores,
        { kind: 'confirm-registration', to: parsed.email, requestId: client.requestId },
        at,
      ),
    );
  }

  /**
   * Opens an account for the address that the token was sent to, which is confirmed by it.
   * @throws {DomainError} user.invalid | user.email-taken | registration.closed | registration.refused | throttle.exceeded
   * @throws {PortError} hashing.busy | upstream.unavailable
   */
  async complete({ token, ...command }: CompleteRegistrationCommand): Promise<UserView> {
    const { unitOfWork, tokenHasher, throttle, clock } = this.deps;
    const { email, client } = command;
    if (this.mode === 'closed') throw closed();
    const { password, ...person } = this.#parse(command);
    const tokenHash = tokenHasher.hash(token);
    const at = clock.now();
    const found = await unitOfWork.run(({ confirmations }) => confirmations.find(tokenHash));
    const isValid = isFor(found, email, at);
    // A token has 256 bits. With a valid one only the attempts with that token are limited, because a hash is costly.
    const attempts = isValid
      ? [{ policy: THROTTLE_POLICIES.registrationByToken, subject: tokenHash }]
      : registrations(client);
    await throttle.count(attempts, at, client);
    if (!isValid) throw Confirmation.registrationRejected();

    const passwordHash = await this.#hash(password, email, client, attempts);
    const opened = User.register({ ...person, id: this.#newId(), passwordHash, at });
    const user = await unitOfWork.run(async (stores) => {
      const taken = await stores.confirmations.take(tokenHash);
      if (!isFor(taken, email, at)) throw Confirmation.registrationRejected();
      const confirmed = opened.confirmEmail(opened.email, at);
      await this.#open(stores, confirmed, client, at);
      return confirmed;
    });
    return this.#registered(user, client);
  }

  async #open(stores: Stores, user: User, client: Client, at: Instant): Promise<void> {
    await stores.users.save(user);
    await recordAudit(this.deps, stores, {
      caller: ANONYMOUS,
      client,
      action: 'user.registered',
      subject: { kind: 'user', id: user.id },
      changes: userChanges(undefined, user.toSnapshot()),
      at,
    });
    const { id: userId, email: to } = user;
    const { requestId } = client;
    const mustConfirm = this.mustConfirm && !user.hasConfirmedEmail;
    const queue = (email: OutgoingEmail) => queueNotification(this.deps, stores, email, at);
    await queue({ kind: 'welcome', to, ...(mustConfirm && { mustConfirm }) });
    if (mustConfirm) await queue({ kind: 'confirm-address', to, userId, requestId });
  }

  #assertMode(mode: RegistrationMode): void {
    if (this.mode !== mode) throw closed();
  }

  #parse({ email, password, age, name }: Person) {
    const { passwordPolicy, minimumAge } = this.deps;
    return collectErrors('user.invalid', {
      email: () => Email.parse(email),
      password: () => passwordPolicy.accept(password, { email, name: name ?? null }),
      age: () => Age.parse(age, minimumAge),
      name: () => (name === undefined ? null : UserName.parse(name)),
    });
  }

  #hash(password: Secret, email: string, client: Client, attempts: readonly Attempt[]): Promise<PasswordHash> {
    return refundUnlessHashed(this.deps, attempts, () =>
      hashPasswordWithAddress(this.deps, password, { email }, hashingShare(email, client)),
    );
  }

  #newId(): UserId {
    return UserId.parse(this.deps.idGenerator.next());
  }

  #registered(user: User, client: Client): UserView {
    this.deps.securityLog.record({ event: 'user_created', userId: user.id, client });
    return userView(user);
  }
}

type ParsedRequest = {
  email: Email;
  password?: Secret | undefined;
  age?: Age | undefined;
  name?: UserName | undefined;
};

const registrations = ({ ip }: Client): readonly Attempt[] => byNetwork(THROTTLE_POLICIES.registrationByIp, ip);

const closed = (): DomainError =>
  new DomainError('registration.closed', 'Registration is closed. Ask the operator of this service for an account.');

const isFor = (confirmation: Confirmation | undefined, email: string, at: Instant): boolean =>
  confirmation?.purpose === 'registration' && confirmation.isValid(at) && Email.isSame(confirmation.email, email);
