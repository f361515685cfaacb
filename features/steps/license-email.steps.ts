import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { NEW_YEAR } from '../../test/builders/instants.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;

/** The days of a scenario on which notices came, with their recipients. */
const notices = new WeakMap<AppWorld, { to: string; day: number }[]>();

const noticesIn = async ({ app }: AppWorld) =>
  (await app.server.sentEmails()).filter(({ subject }) => subject.startsWith('Your license ends on '));

const send = (world: AppWorld, who: Person, owner: Person): Promise<void> =>
  world.app.licenses.mail(who.on(), world.licenses.of(owner).id);

When('{person} sends {whose} license by email', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => send(this, who, owner));
});

Given('the mail server was down when the key of {whose} license was sent', function (this: AppWorld, owner: Person) {
  return this.whileMailServerIsDown(() => send(this, this.people.administrator, owner));
});

When(
  '{person} issues a license to {person} and notifies {person}',
  function (this: AppWorld, who: Person, owner: Person, _: Person) {
    return this.attempt(who, () => this.app.licenses.issue(who.on(), owner.id, {}, true));
  },
);

Then('the email contains the key of {whose} license', async function (this: AppWorld, owner: Person) {
  const [license] = await this.app.licenses.listOf(this.people.administrator.on(), owner.id);
  const email = (await this.app.server.sentEmails()).find(({ subject }) => subject === 'Your license key');
  assert.ok(email?.text.includes(license?.key ?? assert.fail('There is no license')));
});

Then('{person} has no license', async function (this: AppWorld, owner: Person) {
  assert.deepEqual(await this.app.licenses.listOf(this.people.administrator.on(), owner.id), []);
});

Given('the server sends notices of the end of licenses', function (this: AppWorld) {
  return this.app.restart({ EXPIRY_NOTICES: 'on' });
});

Given('the server was down for {duration}', function (this: AppWorld, ms: number) {
  this.app.server.passTime(ms);
});

When('the server runs for {int} days', async function (this: AppWorld, days: number) {
  const { server } = this.app;
  const seen = notices.get(this) ?? [];
  notices.set(this, seen);
  for (let passed = 0; passed < days; passed += 1) {
    server.passTime(DAY_MS);
    await server.sendExpiryNotices();
    const day = (Date.parse(server.now) - Date.parse(NEW_YEAR)) / DAY_MS;
    seen.push(...(await noticesIn(this)).slice(seen.length).map(({ to }) => ({ to, day })));
  }
});

Then(/^(\w+) gets a notice on the days ([\d, and]+)$/, function (this: AppWorld, name: string, days: string) {
  const { email } = this.people.called(name);
  assert.deepEqual(
    notices.get(this),
    (days.match(/\d+/g) ?? []).map((day) => ({ to: email, day: Number(day) })),
  );
});

Then('{person} gets no notice', async function (this: AppWorld, _: Person) {
  assert.deepEqual(await noticesIn(this), []);
});
