import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import { registrationDataIn } from '../support/registration-data.ts';
import type { AppWorld } from '../support/world.ts';

Given('accounts open for confirmed addresses', function (this: AppWorld) {
  return this.app.restart({ REGISTRATION: 'confirmed' });
});

Given('registration has been closed', function (this: AppWorld) {
  return this.app.restart({ REGISTRATION: 'closed' });
});

Given('a log-in takes a confirmed address', function (this: AppWorld) {
  return this.app.restart({ CONFIRMED_ONLY: 'on' });
});

Given('{person} has asked for an account', (who: Person) => who.askForAccount());

Given('{person} has asked for an account again', (who: Person) => who.askForAccount());

Given(
  '{person} has asked for an account of {whose} address with the password {string}',
  (who: Person, { email }: Person, password: string) => who.askForAccount({ email, password }),
);

Given('{person} has opened an account', async (who: Person) => {
  await who.askForAccount();
  await who.openAccount();
});

Given('{person} has confirmed {string}', async (who: Person, to: string) => {
  assert.equal(await who.confirm(await who.confirmationToken({ to })), 'confirmed');
});

Given(
  '{person} has asked for a confirmation of {whose} address',
  async function (this: AppWorld, who: Person, _: Person) {
    assert.equal(await this.app.registration.requestConfirmation(who.on(), who.id), who.email);
  },
);

Given(
  '{person} has asked {int} times for a confirmation of {whose} address',
  async function (this: AppWorld, who: Person, count: number, owner: Person) {
    for (let n = 0; n < count; n += 1) await this.app.registration.requestConfirmation(who.on(), owner.id);
  },
);

Given(
  '{person} has been rejected {int} times because {whose} address is not confirmed',
  async (who: Person, count: number, _: Person) => {
    for (let n = 0; n < count; n += 1) await mustReject('user.unconfirmed', () => who.logIn());
  },
);

When('{person} asks for an account', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.askForAccount());
});

When('{person} asks for an account as {string}', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => who.askForAccount({ email }));
});

When('{person} asks for an account of {whose} address', function (this: AppWorld, who: Person, { email }: Person) {
  return this.attempt(who, () => who.askForAccount({ email }));
});

When('{person} asks for an account with', function (this: AppWorld, who: Person, table: DataTable) {
  return this.attempt(who, () => who.askForAccount(registrationDataIn(table)));
});

When(
  '{person} opens it with the token in {whose} email',
  function (this: AppWorld, who: Person, { email: to }: Person) {
    return this.attempt(who, async () => who.openAccount({ token: await who.confirmationToken({ to }) }));
  },
);

When(
  '{person} opens it with the token in {whose} email as {string}',
  function (this: AppWorld, who: Person, { email: to }: Person, email: string) {
    return this.attempt(who, async () => who.openAccount({ token: await who.confirmationToken({ to }), email }));
  },
);

When(
  '{person} opens it with the token in {whose} email and the password {string}',
  function (this: AppWorld, who: Person, _: Person, password: string) {
    return this.attempt(who, () => who.openAccount({ password }));
  },
);

When(
  '{person} opens an account as {string} with the token sent there',
  function (this: AppWorld, who: Person, email: string) {
    return this.attempt(who, async () => who.openAccount({ token: await who.confirmationToken({ to: email }), email }));
  },
);

When('{person} opens it with a made-up token', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.openAccount({ token: 'made-up' }));
});

When('{person} asks for a confirmation of {whose} address', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.app.registration.requestConfirmation(who.on(), owner.id));
});

When('{person} confirms {string}', function (this: AppWorld, who: Person, to: string) {
  return this.attempt(who, async () => who.confirm(await who.confirmationToken({ to })));
});

When('{person} confirms {string} with the older token', function (this: AppWorld, who: Person, to: string) {
  return this.attempt(who, async () => who.confirm(await who.confirmationToken({ to, index: -2 })));
});

When('{person} confirms an address with a made-up token', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.confirm('made-up'));
});

When('{person} cancels the change with the token of {string}', function (this: AppWorld, who: Person, to: string) {
  return this.attempt(who, async () => {
    assert.equal(await who.confirm(await who.confirmationToken({ to, kind: 'Cancellation' })), 'cancelled');
  });
});

Then('{whose} record shows a confirmed address', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).emailConfirmedAt, this.inTime(0));
});

Then('{whose} record shows an unconfirmed address', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).emailConfirmedAt, null);
});

Then('{whose} record shows that {string} waits', async function (this: AppWorld, who: Person, email: string) {
  assert.equal((await this.recordOf(who)).pendingEmail, email);
});

Then('{whose} record shows that no address waits', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).pendingEmail, null);
});

// An email is rendered when it is sent: its token is created then.
Given('{person} has read {whose} emails', async function (this: AppWorld, _: Person, __: Person) {
  await this.app.server.sentEmails();
});

Given(
  'the administrator has created an account for the owner of {string}',
  async function (this: AppWorld, email: string) {
    await this.app.createUser(this.people.administrator.on(), { email });
  },
);
