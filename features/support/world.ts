import assert from 'node:assert/strict';
import { After, AfterAll, Before, setDefaultTimeout, setWorldConstructor, World } from '@cucumber/cucumber';
import type { Environment } from '../../src/composition/config/config.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { AccountExport, AppDriver, PublicUser, UserRecord } from './app-driver.ts';
import { assemblyNamed } from './assemblies.ts';
import type { AuditItem } from './audit-driver.ts';
import { type AppError, errorOf } from './expected-errors.ts';
import { Licenses } from './licenses.ts';
import { ListReader } from './list-reader.ts';
import type { GeneratedPassword } from './password-driver.ts';
import { People } from './people.ts';
import type { Person } from './person.ts';

export class AppWorld extends World<{ assembly: string }> {
  readonly people = new People(() => this.app);
  readonly licenses = new Licenses(() => this.app);
  readonly reader = new ListReader(() => this.app);
  #app: AppDriver | undefined;
  #attempt: { who: Person; error: AppError | undefined; wasChecked: boolean } | undefined;

  /** Errors of concurrent attempts in their order; `undefined`: success. */
  errors: readonly (AppError | undefined)[] = [];
  level: number | undefined;
  generated: GeneratedPassword | undefined;
  imported: readonly PublicUser[] = [];
  wasNew: boolean | undefined;
  returnedToken: string | undefined;
  seen: UserRecord | undefined;
  hashBefore: string | null = null;
  emailsBefore = 0;
  /** The entry of the audit log that was found last. */
  auditEntry: AuditItem | undefined;
  /** The lines of the audit log that was exported last. */
  auditFile: readonly string[] = [];
  exported: AccountExport | undefined;
  /** The version that a person has read. */
  versionRead = 0;
  /** Responses to requests with an idempotency key. */
  readonly responses: object[] = [];

  get app(): AppDriver {
    return this.#app ?? assert.fail('No server is running: a scenario begins with "Given a … server"');
  }

  /** Starts a server with an empty store for this scenario. */
  async open(settings: Environment): Promise<void> {
    assert.equal(this.#app, undefined, 'This scenario has a server already');
    this.#app = await assemblyNamed(this.parameters.assembly).app(settings);
  }

  async close(): Promise<void> {
    await this.#app?.close();
  }

  /** Runs the action of a When and keeps its error for the Then. Any other error fails the step. */
  async attempt(who: Person, action: () => Promise<unknown>): Promise<void> {
    this.assertErrorWasChecked();
    this.#attempt = { who, error: await errorOf(action), wasChecked: false };
  }

  async attemptAll(actions: readonly (() => Promise<unknown>)[]): Promise<void> {
    this.errors = await Promise.all(actions.map(errorOf));
  }

  /** The error of the last attempt. */
  errorOf(who: Person): AppError {
    const attempt = this.#attempt ?? assert.fail('There was no attempt');
    assert.equal(attempt.who.name, who.name, 'Another person made the attempt');
    attempt.wasChecked = true;
    return attempt.error ?? assert.fail(`${who.name} succeeded`);
  }

  /** An error that no Then checks fails the scenario. */
  assertErrorWasChecked(): void {
    if (this.#attempt === undefined || this.#attempt.wasChecked || this.#attempt.error === undefined) return;
    const { who, error } = this.#attempt;
    throw new Error(`The error of ${who.name} was not checked: ${error.message}`, { cause: error });
  }

  /** The moment after `ms`, as clients write it. */
  inTime(ms: number): string {
    return Instant.format(Instant.plusMs(Instant.parse(this.app.server.now), ms));
  }

  async askForReset(who: Person, email: string): Promise<void> {
    this.returnedToken = await this.app.askForReset(who.on(), email);
  }

  recordOf(who: Person): Promise<UserRecord> {
    return this.app.readUser(this.people.administrator.on(), who.id);
  }

  async allAddresses(): Promise<readonly string[]> {
    const { users } = await this.app.listUsers(this.people.administrator.on(), { limit: 100 });
    return users.map(({ email }) => email);
  }

  /** @param subject only emails with this subject */
  async subjectsOfEmailsTo(address: string, subject?: string): Promise<readonly string[]> {
    const emails = (await this.app.server.sentEmails()).filter(({ to }) => to === address);
    return emails.map((email) => email.subject).filter((other) => subject === undefined || other === subject);
  }

  /** Attempts to send the emails of `action` once, and fails. */
  async whileMailServerIsDown(action: () => Promise<unknown>): Promise<void> {
    this.app.server.stopMailServer();
    await action();
    await this.app.server.sentEmails();
  }
}

setWorldConstructor(AppWorld);
// Against a step that hangs. A busy machine must not come near it. Unit: ms.
setDefaultTimeout(120_000);

let scenarios = 0;

Before(function (this: AppWorld) {
  scenarios += 1;
  assert.ok(this.parameters.assembly, 'Run a profile: cucumber-js -p core, -p http or -p postgres');
});

After(async function (this: AppWorld, { result }) {
  await this.close();
  if (result?.status === 'PASSED') this.assertErrorWasChecked();
});

AfterAll(() => {
  assert.ok(scenarios > 0, 'No scenario ran, and that must not look like success');
});
