import { Given, Then, When } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const WRONG = 'not the password';

Given('{person} has stepped up', (who: Person) => who.stepUp());

Given('{person} has stepped up on {whose} {device}', (who: Person, _: Person, device: string) =>
  who.stepUp({ device }),
);

Given('{person} has stepped up with a wrong password {int} times', async (who: Person, times: number) => {
  for (let time = 1; time <= times; time += 1)
    await mustReject('password.wrong', () => who.stepUp({ password: WRONG }));
});

When('{person} steps up', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.stepUp());
});

When('{person} steps up with a wrong password', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.stepUp({ password: WRONG }));
});

Then('{person} cannot delete {whose} account', (who: Person, _: Person) =>
  mustReject('access.step-up-required', () => who.deleteAccount()),
);
