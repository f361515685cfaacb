import assert from 'node:assert/strict';
import type { AppDriver, Change, Particulars, SignedInDevice, UserRecord, Visit } from './app-driver.ts';
import { mustBeRefused, refusalOf } from './refusal.ts';

export type Pronoun = 'she' | 'he' | 'they';

/** Where somebody goes in when the scenario does not say it. */
const LAPTOP = 'laptop';

/** Holds no session: to see whether a password opens the door, and leave the other devices as they are. */
const FRESH_DEVICE = 'fresh browser';

const BETTER = 'a better one than before';

const DAY_MS = 86_400_000;

/** Somebody in a scenario: what they know (an address, a password) and what they hold (sessions, reset tokens). */
export class Person {
  readonly name: string;
  readonly pronoun: Pronoun;
  readonly #adminKey: string | undefined;
  readonly #app: () => AppDriver;
  readonly #sessions = new Map<string, string>();
  readonly #resetTokens: string[] = [];
  #record: UserRecord | undefined;

  /** The address of the net from which they come. */
  ip: string;
  email: string;
  password: string;
  formerPassword = '';
  /** What the house was told of them when they came. */
  given: Partial<Particulars> = {};

  constructor(who: { name: string; pronoun: Pronoun; ip: string; adminKey?: string }, app: () => AppDriver) {
    this.name = who.name;
    this.pronoun = who.pronoun;
    this.ip = who.ip;
    this.#adminKey = who.adminKey;
    this.#app = app;
    this.email = `${who.name
      .normalize('NFD')
      .replace(/[^a-z]/gi, '')
      .toLowerCase()}@example.com`;
    this.password = `${who.name} likes long walks`;
  }

  get id(): string {
    return this.#record?.id ?? assert.fail(`${this.name} never had an account`);
  }

  get cameAt(): string {
    return this.#record?.createdAt ?? assert.fail(`${this.name} never had an account`);
  }

  /** What they give when they are asked for everything. */
  get particulars(): Particulars {
    return { email: this.email, password: this.password, age: 36, name: this.name };
  }

  /** How they come to the door on this device, from where they are or from elsewhere. */
  on(device = LAPTOP, ip = this.ip): Visit {
    return { ip, device, session: this.#sessions.get(device), adminKey: this.#adminKey };
  }

  async register(other: Partial<Particulars> = {}): Promise<void> {
    const particulars = { ...this.particulars, ...other };
    this.#moveIn(particulars, await this.#app().register(this.on(), particulars));
  }

  async beLetInBy(administrator: Person, other: Partial<Particulars> = {}): Promise<void> {
    const particulars = { email: this.email, ...other };
    this.#moveIn(particulars, await this.#app().admit(administrator.on(), particulars));
  }

  #moveIn(given: Partial<Particulars>, record: UserRecord): void {
    this.#record = record;
    this.given = given;
    this.email = record.email;
    this.password = given.password ?? this.password;
  }

  async logIn({ device = LAPTOP, ip = this.ip, email = this.email, password = this.password } = {}): Promise<void> {
    this.#sessions.set(device, await this.#app().logIn(this.on(device, ip), { email, password }));
  }

  mistype({ email = this.email, ip = this.ip } = {}): Promise<void> {
    return mustBeRefused('credentials.wrong', () => this.logIn({ email, ip, password: 'not the password' }));
  }

  async mustGetInWith(password: string): Promise<void> {
    await this.logIn({ device: FRESH_DEVICE, password });
    await this.logOut(FRESH_DEVICE);
  }

  mustNotGetInWith(password: string): Promise<void> {
    return mustBeRefused('credentials.wrong', () => this.logIn({ device: FRESH_DEVICE, password }));
  }

  logOut(device?: string): Promise<void> {
    return this.#app().logOut(this.on(device));
  }

  /** What this device shows at the door. */
  shows(device = LAPTOP): string {
    return this.#sessions.get(device) ?? assert.fail(`${this.name} has never logged in on the ${device}`);
  }

  /** Makes this device show what somebody else chose. */
  plant(session: string, device = LAPTOP): void {
    this.#sessions.set(device, session);
  }

  comeBy(device?: string): Promise<string> {
    return this.#app().whoAmI(this.on(device));
  }

  async comeByEveryDayFor(ms: number): Promise<void> {
    let left = ms;
    for (; left > DAY_MS; left -= DAY_MS) {
      this.#app().house.passTime(DAY_MS);
      await this.comeBy();
    }
    this.#app().house.passTime(left);
  }

  async isLoggedIn(device?: string): Promise<boolean> {
    const refusal = await refusalOf(async () => assert.equal(await this.comeBy(device), this.email));
    if (refusal !== undefined) assert.equal(refusal.code, 'session.required');
    return refusal === undefined;
  }

  /** Logs in to look, so the one session that may be there is the one that looks. */
  async isLoggedInSomewhere(): Promise<boolean> {
    await this.logIn({ device: FRESH_DEVICE });
    const sessions = await this.#app().listSessions(this.on(FRESH_DEVICE));
    await this.logOut(FRESH_DEVICE);
    return sessions.some(({ isCurrent }) => !isCurrent);
  }

  async sessions(device?: string): Promise<Omit<SignedInDevice, 'id'>[]> {
    const sessions = await this.#app().listSessions(this.on(device));
    return sessions.map(({ id: _, ...rest }) => rest);
  }

  async sessionIdOf(device: string): Promise<string> {
    const sessions = await this.#app().listSessions(this.on(device));
    return sessions.find(({ isCurrent }) => isCurrent)?.id ?? assert.fail(`The ${device} is not on the list`);
  }

  async change(change: Change, device?: string): Promise<void> {
    const { email } = await this.#app().changeUser(this.on(device), this.id, change);
    this.email = email;
  }

  moveTo(email: string, device?: string): Promise<void> {
    return this.change({ email, currentPassword: this.password }, device);
  }

  async changePassword(password: string, { by = this as Person, device = LAPTOP } = {}): Promise<void> {
    await this.#app().changeUser(by.on(device), this.id, { password, currentPassword: by.password });
    this.#remember(password);
  }

  leave(device?: string): Promise<void> {
    return this.#app().deleteUser(this.on(device), this.id);
  }

  /** Asks for a token and takes it from the answer, or from the letter where the house tells it nowhere else. */
  async fetchResetToken(): Promise<void> {
    const told = await this.#app().askForReset(this.on(), this.email);
    this.#resetTokens.push(told ?? (await this.tokenInLetter()));
  }

  /** Of several: the newest, unless another is asked for by its place. */
  resetToken(place = -1): string {
    return this.#resetTokens.at(place) ?? assert.fail(`${this.name} holds no such token`);
  }

  async tokenInLetter(): Promise<string> {
    const letters = (await this.#app().house.letters()).filter(({ to }) => to === this.email);
    const token = /Reset token: (\S+)/.exec(letters.at(-1)?.text ?? '')?.[1];
    return token ?? assert.fail(`No letter with a token reached ${this.name}`);
  }

  async resetPassword({ token = this.resetToken(), email = this.email, password = BETTER, ip = this.ip } = {}) {
    await this.#app().resetPassword(this.on(LAPTOP, ip), { email, token, newPassword: password });
    this.#remember(password);
  }

  tryToken(token: string, { email = this.email, ip = this.ip } = {}): Promise<void> {
    return mustBeRefused('password-reset.refused', () => this.resetPassword({ token, email, ip }));
  }

  #remember(password: string): void {
    this.formerPassword = this.password;
    this.password = password;
  }
}
