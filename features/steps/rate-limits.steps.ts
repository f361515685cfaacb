import { Given } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

/** Repeats an action sequentially. `n` counts from 1. */
const times = async (count: number, action: (n: number) => Promise<unknown>): Promise<void> => {
  for (let n = 1; n <= count; n += 1) await action(n);
};

/** A place where unknownId of the scenario lives. */
const elsewhere = (n: number): string => `198.51.100.${n}`;

/** An address within one IPv6 /64. */
const ofOneNetwork = (n: number): string => `2001:db8:1:2::${n.toString(16)}`;

const WRONG = 'not the password';

Given('{people} are in the {word}', function (this: AppWorld, people: Person[], place: string) {
  for (const who of people) who.ip = this.people.ipOf(place);
});

Given('{person} has mistyped {whose} password {int} times', (who: Person, _: Person, count: number) =>
  times(count, () => who.mistype()),
);

Given('{person} has tried {int} passwords on {whose} address', (who: Person, count: number, { email }: Person) =>
  times(count, () => who.mistype({ email })),
);

Given('{person} has tried {int} passwords on {string}', (who: Person, count: number, email: string) =>
  times(count, () => who.mistype({ email })),
);

Given(
  '{person} has tried {int} passwords on {whose} address, each from another network',
  (who: Person, count: number, { email }: Person) => times(count, (n) => who.mistype({ email, ip: elsewhere(n) })),
);

Given(
  '{person} has tried {int} passwords on {whose} address, each from another address of {whose} network',
  async (who: Person, count: number, { email }: Person, _: Person) => {
    await times(count, (n) => who.mistype({ email, ip: ofOneNetwork(n) }));
    who.ip = ofOneNetwork(count + 1);
  },
);

Given('{person} has tried a password on {int} addresses', (who: Person, count: number) =>
  times(count, (n) => who.mistype({ email: `person-${n}@example.com` })),
);

// As many as the limits for one address from one place and from anywhere let through.
Given(
  '{person} has slowly tried {int} passwords on {whose} address',
  function (this: AppWorld, who: Person, count: number, { email }: Person) {
    return times(count / 10, async () => {
      await times(10, () => who.mistype({ email }));
      this.app.server.passTime(20 * 60_000);
    });
  },
);

Given(
  '{person} has slowly tried {int} passwords on {string}',
  function (this: AppWorld, who: Person, count: number, email: string) {
    return times(count / 10, async () => {
      await times(10, () => who.mistype({ email }));
      this.app.server.passTime(20 * 60_000);
    });
  },
);

Given('{person} has logged in {int} times', (who: Person, count: number) => times(count, () => who.logIn()));

Given('{person} has given {int} wrong current passwords', (who: Person, count: number) =>
  times(count, () =>
    mustReject('password.wrong', () => who.change({ email: 'lovelace@example.com', currentPassword: WRONG })),
  ),
);

Given(
  '{person} has asked {int} times for a reset of {whose} password',
  async function (this: AppWorld, who: Person, count: number, { email }: Person) {
    await times(count, () => this.app.askForReset(who.on(), email));
    this.emailsBefore = (await this.subjectsOfEmailsTo(email, 'Reset your password')).length;
  },
);

Given(
  '{person} has asked {int} times for a reset of {whose} password, each time from another network',
  function (this: AppWorld, who: Person, count: number, { email }: Person) {
    return times(count, (n) => this.app.askForReset(who.on('phone', elsewhere(n)), email));
  },
);

Given('{person} has asked for a reset for {int} addresses', function (this: AppWorld, who: Person, count: number) {
  return times(count, (n) => this.app.askForReset(who.on(), `person-${n}@example.com`));
});

Given('{person} has changed the address {int} times', (who: Person, count: number) =>
  times(count, (n) => who.changeEmail(`ada-${n}@example.com`)),
);

Given('{person} has changed {whose} password {int} times', (who: Person, _: Person, count: number) =>
  times(count, (n) => who.changePassword(`password number ${n}`)),
);

Given(
  '{person} has tried {int} times to take the address of {person}',
  (who: Person, count: number, { email }: Person) =>
    times(count, () => mustReject('user.email-taken', () => who.changeEmail(email))),
);

Given(
  'an account of {string} has been created and deleted {int} times',
  async function (this: AppWorld, email: string, count: number) {
    const mallory = this.people.called('Mallory');
    await times(count, async () => {
      await mallory.register({ email });
      await mallory.logIn();
      await mallory.deleteAccount();
    });
  },
);

Given(
  '{int} accounts have had the address {string} one after the other',
  async function (this: AppWorld, count: number, address: string) {
    const mallory = this.people.called('Mallory');
    await times(count, async (n) => {
      await mallory.register({ email: `mallory-${n}@example.com` });
      await mallory.logIn();
      await mallory.changeEmail(address);
      await mallory.changeEmail(`moved-${n}@example.com`);
    });
  },
);

Given(
  '{person} has set up and removed a second factor {int} times',
  function (this: AppWorld, who: Person, count: number) {
    return times(count, async () => {
      await who.setUpFactor();
      await this.app.secondFactor.remove(who.on());
    });
  },
);

Given('{person} has tried {int} invalid tokens', (who: Person, count: number) =>
  times(count, (n) => who.tryToken(`made-up-${n}`)),
);

Given('{person} has tried {int} tokens on {whose} address', (who: Person, count: number, { email }: Person) =>
  times(count, (n) => who.tryToken(`made-up-${n}`, { email })),
);

Given('{person} has tried a token on {int} addresses', (who: Person, count: number) =>
  times(count, (n) => who.tryToken(`made-up-${n}`, { email: `person-${n}@example.com` })),
);

Given(
  '{person} has tried {int} tokens on {whose} address, each from another network',
  (who: Person, count: number, { email }: Person) =>
    times(count, (n) => who.tryToken(`made-up-${n}`, { email, ip: elsewhere(n) })),
);

Given('{int} people have registered from {whose} network', function (this: AppWorld, count: number, who: Person) {
  return times(count, (n) =>
    this.app.register(who.on(), { ...who.registrationData, email: `person-${n}@example.com` }),
  );
});

Given('{person} has been rejected for overload', (who: Person) => mustReject('hashing.busy', () => who.logIn()));

Given('{person} has been rejected for overload {int} times', (who: Person, count: number) =>
  times(count, () => mustReject('hashing.busy', () => who.logIn())),
);

Given('{person} has tried {whose} token and been rejected for overload', (who: Person, _: Person) =>
  mustReject('hashing.busy', () => who.resetPassword()),
);

Given(
  '{person} has tried {whose} token and been rejected for overload {int} times',
  (who: Person, _: Person, count: number) => times(count, () => mustReject('hashing.busy', () => who.resetPassword())),
);

Given('{person} has tried to register and been rejected for overload {int} times', (who: Person, count: number) =>
  times(count, () => mustReject('hashing.busy', () => who.register())),
);

Given(
  '{person} has tried to open it and been rejected for overload {int} times',
  async (who: Person, count: number) => {
    const token = await who.confirmationToken();
    await times(count, () => mustReject('hashing.busy', () => who.openAccount({ token })));
  },
);

Given(
  '{person} has tried to change the address and been rejected for overload {int} times',
  (who: Person, count: number) =>
    times(count, () => mustReject('hashing.busy', () => who.changeEmail('lovelace@example.com'))),
);
