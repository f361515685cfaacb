import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const KINDS: Readonly<Record<string, RegExp>> = {
  'lowercase letters': /[a-z]/g,
  digits: /[0-9]/g,
  capitals: /[A-Z]/g,
  punctuation: /[!-/:-@[-`{-~]/g,
};

When('{person} rates the password {string}', function (this: AppWorld, who: Person, password: string) {
  return this.attempt(who, async () => {
    this.level = await this.app.passwords.levelOf(who.on(), password);
  });
});

When(
  '{person} requests a password of {int} characters and complexity {int}',
  function (this: AppWorld, who: Person, length: number, complexity: number) {
    return this.attempt(who, async () => {
      this.generated = await this.app.passwords.generate(who.on(), { length, complexity });
    });
  },
);

Then('{person} get level {int}', function (this: AppWorld, _: Person, level: number) {
  assert.equal(this.level, level);
});

Then(/^they get (\d+) characters of ([a-z, ]+)$/, function (this: AppWorld, length: string, kinds: string) {
  const { password } = this.generated ?? assert.fail('No password was made');
  assert.equal(password.length, Number(length));
  let others = password;
  for (const kind of kinds.split(/, | and /)) {
    const rest = others.replaceAll(KINDS[kind] ?? assert.fail(`No such kind: ${kind}`), '');
    assert.notEqual(rest, others, `no ${kind} in it`);
    others = rest;
  }
  assert.equal(others, '', 'characters of another kind');
});

Then('its level is {int}', async function (this: AppWorld, level: number) {
  const { password, level: returned } = this.generated ?? assert.fail('No password was made');
  const checked = await this.app.passwords.levelOf(this.people.called('an anonymous client').on(), password);
  assert.deepEqual([returned, checked], [level, level]);
});
