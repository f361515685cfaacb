import assert from 'node:assert/strict';
import { CodeRequired } from '../../src/application/user/log-in.ts';
import type {
  AppDriver,
  Change,
  LoggedInDevice,
  Origin,
  PublicUser,
  RegistrationData,
  RequestOptions,
  UserRecord,
} from './app-driver.ts';
import { AuthenticatorApp, STEP_MS } from './authenticator-app.ts';
import { errorOf, mustReject } from './expected-errors.ts';
import type { HeldToken } from './token-driver.ts';

export type Pronoun = 'she' | 'he' | 'they';

/** The device of a step that names none. */
const LAPTOP = 'laptop';

/** A device without a session, to test a password without changing the sessions of other devices. */
const FRESH_DEVICE = 'fresh browser';

const BETTER = 'a better one than before';

const DAY_MS = 86_400_000;

type LogIn = Readonly<{
  device?: string;
  ip?: string;
  email?: string;
  password?: string;
  /** Of the second factor. */
  code?: string | undefined;
}>;

/** A person of a scenario with credentials, sessions and reset tokens. */
export class Person {
  readonly name: string;
  readonly pronoun: Pronoun;
  readonly #adminKey: string | undefined;
  readonly #app: () => AppDriver;
  readonly #sessions = new Map<string, string>();
  readonly #resetTokens: string[] = [];
  /** Of a program. The last one is used. */
  readonly #apiTokens: HeldToken[] = [];
  #record: PublicUser | undefined;
  #authenticator: AuthenticatorApp | undefined;
  /** Of the log-in that waits for its code. */
  #challenge: string | undefined;

  /** Source IP address of their requests. */
  ip: string;
  email: string;
  password: string;
  formerPassword = '';
  recoveryCodes: readonly string[] = [];
  /** The data they registered with. */
  registered: Partial<RegistrationData> = {};

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

  get createdAt(): string {
    return this.#record?.createdAt ?? assert.fail(`${this.name} never had an account`);
  }

  /** Complete data for a registration. */
  get registrationData(): RegistrationData {
    return { email: this.email, password: this.password, age: 36, name: this.name };
  }

  /** The origin of a request from a device. */
  on(device = LAPTOP, ip = this.ip): Origin {
    return {
      ip,
      device,
      session: this.#sessions.get(device),
      adminKey: this.#apiTokens.at(-1)?.token ?? this.#adminKey,
    };
  }

  holdToken(token: HeldToken): void {
    this.#apiTokens.push(token);
  }

  heldToken(): HeldToken {
    return this.#apiTokens.at(-1) ?? assert.fail(`${this.name} holds no API token`);
  }

  /** Goes on with the first token. */
  keepFirstToken(): void {
    this.#apiTokens.splice(1);
  }

  async register(other: Partial<RegistrationData> = {}): Promise<void> {
    const particulars = { ...this.registrationData, ...other };
    this.#moveIn(particulars, await this.#app().register(this.on(), particulars));
  }

  async getCreatedBy(
    administrator: Person,
    other: Partial<RegistrationData> = {},
    options: RequestOptions = {},
  ): Promise<UserRecord> {
    const particulars = { email: this.email, ...other };
    const created = await this.#app().createUser({ ...administrator.on(), ...options }, particulars);
    this.#moveIn(particulars, created);
    return created;
  }

  askForAccount(other: Partial<RegistrationData> = {}): Promise<void> {
    return this.#app().registration.request(this.on(), { ...this.registrationData, ...other });
  }

  /** Opens the account with a token, by default the one in the newest email. */
  async openAccount({ token, ...other }: Partial<RegistrationData> & { token?: string } = {}): Promise<void> {
    const particulars = { ...this.registrationData, ...other };
    const confirmed = { ...particulars, token: token ?? (await this.confirmationToken()) };
    this.#moveIn(particulars, await this.#app().registration.complete(this.on(), confirmed));
  }

  /** Confirms an address, or cancels its change. @returns what happened */
  async confirm(token: string): Promise<string> {
    const { email, outcome } = await this.#app().registration.confirm(this.on(), token);
    this.email = email;
    return outcome;
  }

  /** @param wanted.index of the email, by default the newest */
  async confirmationToken({ to = this.email, kind = 'Confirmation', index = -1 } = {}): Promise<string> {
    const emails = (await this.#app().server.sentEmails()).filter((email) => email.to === to);
    const tokens = emails.flatMap(({ text }) => new RegExp(`^${kind} token: (\\S+)`, 'm').exec(text)?.[1] ?? []);
    return tokens.at(index) ?? assert.fail(`No such email reached ${to}`);
  }

  #moveIn(given: Partial<RegistrationData>, record: PublicUser): void {
    this.#record = record;
    this.registered = given;
    this.email = record.email;
    this.password = given.password ?? this.password;
  }

  async logIn({
    device = LAPTOP,
    ip = this.ip,
    email = this.email,
    password = this.password,
    code,
  }: LogIn = {}): Promise<void> {
    try {
      this.#sessions.set(device, await this.#app().logIn(this.on(device, ip), { email, password, code }));
    } catch (error) {
      if (error instanceof CodeRequired) this.#challenge = error.challenge.reveal();
      throw error;
    }
  }

  /** Completes the log-in that waits for its code. */
  async completeLogIn(code: string, device = LAPTOP): Promise<void> {
    const challenge = this.#challenge ?? assert.fail(`${this.name} was asked for no code`);
    this.#sessions.set(device, await this.#app().secondFactor.completeLogIn(this.on(device), { challenge, code }));
  }

  /** The app that shows the codes. */
  get authenticator(): AuthenticatorApp {
    return this.#authenticator ?? assert.fail(`${this.name} has no authenticator app`);
  }

  async beginFactor(): Promise<void> {
    const { secondFactor, server } = this.#app();
    this.#authenticator = new AuthenticatorApp(await secondFactor.begin(this.on()), () => server.now);
  }

  async confirmFactor(code = this.authenticator.code()): Promise<void> {
    this.recoveryCodes = await this.#app().secondFactor.confirm(this.on(), code);
  }

  async setUpFactor(): Promise<void> {
    await this.beginFactor();
    await this.confirmFactor();
  }

  /** Until the app shows a code that was not used. */
  async setUpFactorAndWait(): Promise<void> {
    await this.setUpFactor();
    this.#app().server.passTime(STEP_MS);
  }

  async replaceRecoveryCodes(): Promise<void> {
    this.recoveryCodes = await this.#app().secondFactor.replaceRecoveryCodes(this.on());
  }

  mistype({ email = this.email, ip = this.ip } = {}): Promise<void> {
    return mustReject('credentials.wrong', () => this.logIn({ email, ip, password: 'not the password' }));
  }

  async assertLogsInWith(password: string, code?: string): Promise<void> {
    await this.logIn({ device: FRESH_DEVICE, password, code });
    await this.logOut(FRESH_DEVICE);
  }

  assertCannotLogInWith(password: string): Promise<void> {
    return mustReject('credentials.wrong', () => this.logIn({ device: FRESH_DEVICE, password }));
  }

  stepUp({ device = LAPTOP, password = this.password, code }: LogIn = {}): Promise<void> {
    return this.#app().stepUp(this.on(device), { password, code });
  }

  logOut(device?: string): Promise<void> {
    return this.#app().logOut(this.on(device));
  }

  /** The session token of a device. */
  sessionOn(device = LAPTOP): string {
    return this.#sessions.get(device) ?? assert.fail(`${this.name} has never logged in on the ${device}`);
  }

  /** Sets the session token of a device. */
  setSession(session: string, device = LAPTOP): void {
    this.#sessions.set(device, session);
  }

  sendRequest(device?: string): Promise<string> {
    return this.#app().whoAmI(this.on(device));
  }

  async sendRequestsEveryDayFor(ms: number): Promise<void> {
    let left = ms;
    for (; left > DAY_MS; left -= DAY_MS) {
      this.#app().server.passTime(DAY_MS);
      await this.sendRequest();
    }
    this.#app().server.passTime(left);
  }

  async isLoggedIn(device?: string): Promise<boolean> {
    const error = await errorOf(async () => assert.equal(await this.sendRequest(device), this.email));
    if (error !== undefined) assert.equal(error.code, 'session.required');
    return error === undefined;
  }

  /** Logs in on a fresh device to list the sessions. */
  async isLoggedInSomewhere(): Promise<boolean> {
    await this.logIn({ device: FRESH_DEVICE });
    const sessions = await this.#app().listSessions(this.on(FRESH_DEVICE));
    await this.logOut(FRESH_DEVICE);
    return sessions.some(({ isCurrent }) => !isCurrent);
  }

  async sessions(device?: string): Promise<Omit<LoggedInDevice, 'id'>[]> {
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

  changeEmail(email: string, device?: string): Promise<void> {
    return this.change({ email, currentPassword: this.password }, device);
  }

  async changePassword(password: string, { by = this as Person, device = LAPTOP } = {}): Promise<void> {
    await this.#app().changeUser(by.on(device), this.id, { password, currentPassword: by.password });
    this.#remember(password);
  }

  deleteAccount(device?: string): Promise<void> {
    return this.#app().deleteUser(this.on(device), this.id);
  }

  /** Requests a token and takes it from the response or from the email. */
  async fetchResetToken(): Promise<void> {
    const returned = await this.#app().askForReset(this.on(), this.email);
    this.#resetTokens.push(returned ?? (await this.tokenInEmail()));
  }

  async keepTokenInEmail(): Promise<void> {
    this.#resetTokens.push(await this.tokenInEmail());
  }

  /** @param index of the token, by default the newest */
  resetToken(index = -1): string {
    return this.#resetTokens.at(index) ?? assert.fail(`${this.name} holds no such token`);
  }

  async tokenInEmail(): Promise<string> {
    const emails = (await this.#app().server.sentEmails()).filter(({ to }) => to === this.email);
    // Several emails are sent at a time, so another one may arrive after it.
    const token = emails.flatMap(({ text }) => /Reset token: (\S+)/.exec(text)?.[1] ?? []).at(-1);
    return token ?? assert.fail(`No email with a token reached ${this.name}`);
  }

  async resetPassword({ token = this.resetToken(), email = this.email, password = BETTER, ip = this.ip } = {}) {
    await this.#app().resetPassword(this.on(LAPTOP, ip), { email, token, newPassword: password });
    this.#remember(password);
  }

  tryToken(token: string, { email = this.email, ip = this.ip } = {}): Promise<void> {
    return mustReject('password-reset.refused', () => this.resetPassword({ token, email, ip }));
  }

  #remember(password: string): void {
    this.formerPassword = this.password;
    this.password = password;
  }
}
