import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;

Given('{person} has set up a second factor', (who: Person) => who.setUpFactorAndWait());

Given('{person} has begun a second factor', (who: Person) => who.beginFactor());

Given('{person} has been asked for {whose} code', (who: Person, _: Person) =>
  mustReject('mfa.code-required', () => who.logIn()),
);

Given('{person} has been asked for {whose} code on {whose} {device}', (who: Person, _: Person, __: Person, device) =>
  mustReject('mfa.code-required', () => who.logIn({ device })),
);

Given('{person} has tried {whose} password {int} times', async (who: Person, { email, password }: Person, count) => {
  for (let n = 0; n < count; n += 1) await mustReject('mfa.code-required', () => who.logIn({ email, password }));
});

Given('{person} has entered {int} wrong code(s)', async (who: Person, count: number) => {
  for (let n = 0; n < count; n += 1) {
    await mustReject('mfa.refused', () => who.completeLogIn(who.authenticator.wrongCode()));
  }
});

// As many as the limit on codes lets through.
Given(
  '{person} has slowly tried {int} wrong codes with {whose} password',
  async function (this: AppWorld, who: Person, count: number, _: Person) {
    for (let n = 1; n <= count; n += 1) {
      await mustReject('mfa.refused', () => who.logIn({ code: who.authenticator.wrongCode() }));
      if (n % 5 === 0) this.app.server.passTime(20 * MINUTE_MS);
    }
  },
);

Given('{person} has logged in with the code of {whose} app', (who: Person, _: Person) =>
  who.logIn({ code: who.authenticator.code() }),
);

Given('{person} has logged in with {whose} first recovery code', (who: Person, _: Person) =>
  who.logIn({ code: who.recoveryCodes[0] }),
);

Given(/^the server requires a second factor of (staff|all)(?: people)?$/, function (this: AppWorld, accounts: string) {
  return this.app.restart({ REQUIRE_MFA: accounts });
});

Given('the server has lost its sealing key', function (this: AppWorld) {
  return this.app.restart({ SEALING_KEY: undefined });
});

When('{person} sets up a second factor', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.setUpFactor());
});

When('{person} begins a second factor', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.beginFactor());
});

When('{person} confirms it with the code of {whose} app', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.confirmFactor());
});

When('{person} confirms it with a wrong code', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.confirmFactor(who.authenticator.wrongCode()));
});

When('{person} enters the code of {whose} app', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.completeLogIn(who.authenticator.code()));
});

When(
  '{person} enters the code of {whose} app on {whose} {device}',
  function (this: AppWorld, who: Person, _: Person, __: Person, device: string) {
    return this.attempt(who, () => who.completeLogIn(who.authenticator.code(), device));
  },
);

When('{person} enters a wrong code', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.completeLogIn(who.authenticator.wrongCode()));
});

When('{person} logs in with the/that code of {whose} app', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => who.logIn({ code: owner.authenticator.code() }));
});

When(
  '{person} logs in with {whose} password and a wrong code',
  function (this: AppWorld, who: Person, { email, password, authenticator }: Person) {
    return this.attempt(who, () => who.logIn({ email, password, code: authenticator.wrongCode() }));
  },
);

When(
  '{person} logs in with a wrong password and the code of {whose} app',
  function (this: AppWorld, who: Person, _: Person) {
    return this.attempt(who, () => who.logIn({ password: 'not the password', code: who.authenticator.code() }));
  },
);

When(
  /^(\S+) logs in with the code of an app whose clock is (\d+) seconds (ahead|behind)$/,
  function (this: AppWorld, name: string, seconds: string, side: string) {
    const who = this.people.called(name);
    const offsetMs = Number(seconds) * (side === 'ahead' ? 1_000 : -1_000);
    return this.attempt(who, () => who.logIn({ code: who.authenticator.code(offsetMs) }));
  },
);

When('the code of {whose} app is used {int} times at the same moment', function (who: Person, count: number) {
  const code = who.authenticator.code();
  return this.attemptAll(Array.from({ length: count }, (_, n) => () => who.logIn({ device: `device ${n}`, code })));
});

When('{person} logs in with {whose} first recovery code', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.logIn({ code: who.recoveryCodes[0] }));
});

When(
  '{person} logs in with {whose} first recovery code, in lower case and with spaces',
  function (this: AppWorld, who: Person, _: Person) {
    const code = who.recoveryCodes[0]?.toLowerCase().replaceAll('-', ' ');
    return this.attempt(who, () => who.logIn({ code }));
  },
);

When('{person} replaces {whose} recovery codes', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.replaceRecoveryCodes());
});

When(
  '{person} replaces {whose} recovery codes and logs in with an old one',
  function (this: AppWorld, who: Person, _: Person) {
    const [old] = who.recoveryCodes;
    return this.attempt(who, async () => {
      await who.replaceRecoveryCodes();
      await who.logIn({ code: old });
    });
  },
);

When('{person} steps up with the code of {whose} app', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.stepUp({ code: who.authenticator.code() }));
});

When('{person} removes {whose} second factor', function (this: AppWorld, who: Person, owner: Person) {
  const { secondFactor } = this.app;
  return this.attempt(who, () =>
    who === owner ? secondFactor.remove(who.on()) : secondFactor.reset(who.on(), owner.id),
  );
});

Then('{person} has {int} different recovery codes', (who: Person, count: number) => {
  assert.equal(new Set(who.recoveryCodes).size, count);
});

Then('{person} has {int} recovery codes left', async function (this: AppWorld, who: Person, count: number) {
  assert.equal((await this.app.secondFactor.read(who.on())).recoveryCodesLeft, count);
});

Then('{whose} record shows a second factor', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).hasSecondFactor, true);
});

Then('{whose} record shows no second factor', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).hasSecondFactor, false);
});

Then('{person} can log in with the code of {whose} app', (who: Person, _: Person) =>
  who.assertLogsInWith(who.password, who.authenticator.code()),
);

Then('{int} of them is let in, and {int} are rejected because {reason}', function (this: AppWorld, one, others, code) {
  const codes = this.errors.map((error) => error?.code);
  assert.deepEqual(
    [codes.filter((each) => each === undefined).length, codes.filter((each) => each === code).length],
    [one, others],
  );
});
