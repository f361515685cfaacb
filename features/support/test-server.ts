import assert from 'node:assert/strict';
import { Argon2PasswordHasher } from '../../src/adapters/driven/argon2/argon2-password-hasher.ts';
import { ZxcvbnCommonPasswords } from '../../src/adapters/driven/passwords/common-passwords.ts';
import type { Config } from '../../src/composition/config/config.ts';
import { type Container, Ports } from '../../src/composition/wiring/ports.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Email } from '../../src/domain/user/email.ts';
import { NEW_YEAR } from '../../test/builders/instants.ts';
import { FixedClock } from '../../test/doubles/fixed-clock.ts';
import { MemoryMailer } from '../../test/doubles/memory-mailer.ts';
import { MemorySecurityLog } from '../../test/doubles/memory-security-log.ts';
import type { Server } from './app-driver.ts';
import { Overload, OverloadedHasher } from './overloaded-hasher.ts';
import { RandomUsers } from './random-users-driver.ts';

/** Loaded once for all scenarios. */
const COMMON_PASSWORDS = new ZxcvbnCommonPasswords();

/** Above the number of deliveries of any scenario. */
const MAX_ROUNDS = 20;

/** The controlled environment of a server. Survives restarts. */
export class TestServer implements Server {
  readonly randomPeople = new RandomUsers();
  readonly #clock = new FixedClock(NEW_YEAR);
  readonly #mailer = new MemoryMailer();
  readonly #securityLog = new MemorySecurityLog();
  readonly #overload = new Overload();
  #container: Container | undefined;
  #useCases: UseCases | undefined;

  /** Registers the controlled adapters. */
  configure(container: Container, { hashing, hasPasswordBlocklist }: Config): void {
    this.#container = container;
    const hasher = new Argon2PasswordHasher(hashing);
    container.register(Ports.randomUserSource, { useValue: this.randomPeople });
    container.register(Ports.clock, { useValue: this.#clock });
    container.register(Ports.mailer, { useValue: this.#mailer });
    container.register(Ports.securityLog, { useValue: this.#securityLog });
    container.register(Ports.passwordHasher, { useValue: new OverloadedHasher(hasher, this.#overload) });
    if (hasPasswordBlocklist) container.register(Ports.commonPasswords, { useValue: COMMON_PASSWORDS });
  }

  get useCases(): UseCases {
    if (this.#useCases === undefined) throw new Error('The service has not started');
    return this.#useCases;
  }

  /** Those of the service that started last. */
  set useCases(useCases: UseCases) {
    this.#useCases = useCases;
  }

  get now(): string {
    return this.#clock.now();
  }

  passTime(ms: number): void {
    this.#clock.advance(ms);
  }

  stopMailServer(): void {
    this.#mailer.goDown();
  }

  startMailServer(): void {
    this.#mailer.comeBack();
  }

  async sentEmails() {
    const { deliverMail, notifyLockedLogins } = this.useCases;
    await notifyLockedLogins.execute();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { sent, dropped } = await deliverMail.execute();
      if (sent + dropped === 0) break;
    }
    return this.#mailer.sent.map(({ mail }) => mail);
  }

  overload(free: number): void {
    this.#overload.begin(free);
  }

  endOverload(): void {
    this.#overload.end();
  }

  async hasCurrentHash(email: string): Promise<boolean> {
    const hash = await this.passwordHashOf(email);
    return hash !== null && !this.#resolve(Ports.passwordHasher).isOutdated(hash);
  }

  async passwordHashOf(email: string) {
    const user = await this.#resolve(Ports.users).findByEmail(Email.canonicalize(email));
    return user?.passwordHash ?? null;
  }

  async recordValidations(): Promise<void> {
    await this.useCases.recordValidations.execute();
  }

  async sendExpiryNotices(): Promise<void> {
    await this.useCases.sendExpiryNotices.execute(async () => {});
  }

  async recordDailyCounts(): Promise<void> {
    await this.useCases.recordDailyCounts.execute();
    await this.useCases.recordDailyCounts.measure(async () => {});
  }

  async sealAuditLog(): Promise<void> {
    await this.useCases.sealAuditEntries.execute();
  }

  async purgeAuditLog(): Promise<void> {
    await this.useCases.purgeAuditLog.execute();
  }

  async rotateKeys(): Promise<void> {
    await this.useCases.rotateSigningKey.execute({
      caller: Caller.system('cli'),
      client: { ip: 'command line', userAgent: 'guildhall', requestId: 'test' },
    });
  }

  async reset(): Promise<string> {
    const { adminPassword } = await this.useCases.seedSampleUsers.execute({ wipeFirst: true });
    return adminPassword?.reveal() ?? assert.fail('No sample administrator was created');
  }

  get #resolve(): Container['resolve'] {
    if (this.#container === undefined) throw new Error('The server is not configured');
    return this.#container.resolve.bind(this.#container);
  }
}
