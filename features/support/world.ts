import assert from 'node:assert/strict';
import { After, AfterAll, Before, setDefaultTimeout, setWorldConstructor, World } from '@cucumber/cucumber';
import type { Environment } from '../../src/composition/config/config.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { AppDriver, UserRecord } from './app-driver.ts';
import { assemblyNamed } from './assemblies.ts';
import { Licenses } from './licenses.ts';
import { ListReader } from './list-reader.ts';
import type { MadeUp } from './password-driver.ts';
import { People } from './people.ts';
import type { Person } from './person.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export class AppWorld extends World<{ assembly: string }> {
  readonly people = new People(() => this.app);
  readonly licenses = new Licenses(() => this.app);
  readonly reader = new ListReader(() => this.app);
  #app: AppDriver | undefined;
  #attempt: { who: Person; refusal: Refusal | undefined; wasAskedFor: boolean } | undefined;

  /** Of those who tried at the same moment, in the order the step names them; `undefined` for who was not refused. */
  refusals: readonly (Refusal | undefined)[] = [];
  toldLevel: number | undefined;
  madeUp: MadeUp | undefined;
  newcomers: readonly UserRecord[] = [];
  wasNew: boolean | undefined;
  toldToken: string | undefined;
  seen: UserRecord | undefined;
  keptBefore: string | null = null;
  lettersBefore = 0;

  get app(): AppDriver {
    return this.#app ?? assert.fail('No house is open: a scenario begins with "Given a house in …"');
  }

  /** A house of its own for each scenario, with an empty store. */
  async open(settings: Environment): Promise<void> {
    assert.equal(this.#app, undefined, 'This scenario has a house already');
    this.#app = await assemblyNamed(this.parameters.assembly).app(settings);
  }

  async close(): Promise<void> {
    await this.#app?.close();
  }

  /** Does what the When says and keeps a refusal for the Then. Any other error fails the step. */
  async attempt(who: Person, action: () => Promise<unknown>): Promise<void> {
    this.mustHaveAskedForRefusal();
    this.#attempt = { who, refusal: await refusalOf(action), wasAskedFor: false };
  }

  async attemptAll(actions: readonly (() => Promise<unknown>)[]): Promise<void> {
    this.refusals = await Promise.all(actions.map(refusalOf));
  }

  /** The refusal that `who` got at the last attempt. */
  refusalOf(who: Person): Refusal {
    const attempt = this.#attempt ?? assert.fail('Nobody tried anything');
    assert.equal(attempt.who.name, who.name, 'Somebody else tried');
    attempt.wasAskedFor = true;
    return attempt.refusal ?? assert.fail(`${who.name} was not refused`);
  }

  /** A "no" that no Then asks about must not pass for a "yes". */
  mustHaveAskedForRefusal(): void {
    if (this.#attempt === undefined || this.#attempt.wasAskedFor || this.#attempt.refusal === undefined) return;
    const { who, refusal } = this.#attempt;
    throw new Error(`${who.name} was refused and nobody asked why: ${refusal.message}`, { cause: refusal });
  }

  /** So long from now, to the second, as the house writes it. */
  inTime(ms: number): string {
    return Instant.format(Instant.plusMs(Instant.parse(this.app.house.now), ms));
  }

  async askForReset(who: Person, email: string): Promise<void> {
    this.toldToken = await this.app.askForReset(who.on(), email);
  }

  recordOf(who: Person): Promise<UserRecord> {
    return this.app.readUser(this.people.administrator.on(), who.id);
  }

  async addressesOfEverybody(): Promise<readonly string[]> {
    const { users } = await this.app.listUsers(this.people.administrator.on(), { limit: 100 });
    return users.map(({ email }) => email);
  }

  /** @param subject of those that are asked for; without it of all */
  async subjectsOfLettersTo(address: string, subject?: string): Promise<readonly string[]> {
    const letters = (await this.app.house.letters()).filter(({ to }) => to === address);
    return letters.map((letter) => letter.subject).filter((other) => subject === undefined || other === subject);
  }

  /** The letters of `action` are tried once and come back. */
  async whilePostIsClosed(action: () => Promise<unknown>): Promise<void> {
    this.app.house.closePost();
    await action();
    await this.app.house.letters();
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
  if (result?.status === 'PASSED') this.mustHaveAskedForRefusal();
});

AfterAll(() => {
  assert.ok(scenarios > 0, 'No scenario ran, and that must not look like success');
});
