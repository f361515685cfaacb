import { Argon2PasswordHasher } from '../../src/adapters/driven/argon2/argon2-password-hasher.ts';
import { FixedClock } from '../../src/adapters/driven/memory/fixed-clock.ts';
import { MemoryMailer } from '../../src/adapters/driven/memory/memory-mailer.ts';
import { MemorySecurityLog } from '../../src/adapters/driven/memory/memory-security-log.ts';
import { ZxcvbnCommonPasswords } from '../../src/adapters/driven/passwords/common-passwords.ts';
import type { Config } from '../../src/composition/config/config.ts';
import { type Container, Ports } from '../../src/composition/wiring/ports.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Email } from '../../src/domain/user/email.ts';
import { NEW_YEAR } from '../../test/builders/instants.ts';
import type { House } from './app-driver.ts';
import { Crowd, CrowdedHasher } from './crowded-hasher.ts';
import { RandomPeople } from './random-people-driver.ts';

/** Read from disk once: a house a scenario, and none of them changes it. */
const COMMON_PASSWORDS = new ZxcvbnCommonPasswords();

/** The worker comes again and again; more rounds than any scenario has letters for. */
const MOST_ROUNDS = 20;

/** What a scenario turns by hand. It outlives a restart, as the world outlives a process. */
export class TestHouse implements House {
  readonly randomPeople = new RandomPeople();
  readonly #clock = new FixedClock(NEW_YEAR);
  readonly #post = new MemoryMailer();
  readonly #securityLog = new MemorySecurityLog();
  readonly #crowd = new Crowd();
  #container: Container | undefined;
  #useCases: UseCases | undefined;

  /** Hands a starting house its clock, its post and its crowd. */
  furnish(container: Container, { hashing, hasPasswordBlocklist }: Config): void {
    this.#container = container;
    const hasher = new Argon2PasswordHasher(hashing);
    container.register(Ports.randomUserSource, { useValue: this.randomPeople });
    container.register(Ports.clock, { useValue: this.#clock });
    container.register(Ports.mailer, { useValue: this.#post });
    container.register(Ports.securityLog, { useValue: this.#securityLog });
    container.register(Ports.passwordHasher, { useValue: new CrowdedHasher(hasher, this.#crowd) });
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

  closePost(): void {
    this.#post.goDown();
  }

  openPost(): void {
    this.#post.comeBack();
  }

  async letters() {
    const { deliverMail } = this.useCases;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { sent, dropped } = await deliverMail.execute();
      if (sent + dropped === 0) break;
    }
    return this.#post.sent.map(({ mail }) => mail);
  }

  crowd(free: number): void {
    this.#crowd.gather(free);
  }

  thinOut(): void {
    this.#crowd.leave();
  }

  async keepsPasswordAsAsked(email: string): Promise<boolean> {
    const hash = await this.passwordHashOf(email);
    return hash !== null && !this.#resolve(Ports.passwordHasher).isOutdated(hash);
  }

  async passwordHashOf(email: string) {
    const user = await this.#resolve(Ports.users).findByEmail(Email.canonicalize(email));
    return user?.passwordHash ?? null;
  }

  async writeDownValidations(): Promise<void> {
    await this.useCases.recordValidations.execute();
  }

  async rotateKeys(): Promise<void> {
    await this.useCases.rotateSigningKey.execute({ caller: Caller.administrator() });
  }

  async beginAnew(): Promise<void> {
    await this.useCases.seedSampleUsers.execute({ wipeFirst: true });
  }

  get #resolve(): Container['resolve'] {
    if (this.#container === undefined) throw new Error('Nobody furnished this house');
    return this.#container.resolve.bind(this.#container);
  }
}
