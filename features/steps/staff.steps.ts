import { Given, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} works as {string}', async function (this: AppWorld, who: Person, role: string) {
  await this.app.giveRole(this.people.administrator.on(), who.id, role);
  await who.resetPassword({ token: await who.tokenInEmail() });
  await who.logIn();
});

Given('{person} holds the token of the email about {whose} role', (who: Person, _: Person) => who.keepTokenInEmail());

When('{person} gives {person} the role {string}', function (this: AppWorld, who: Person, whom: Person, role: string) {
  return this.attempt(who, () => this.app.giveRole(who.on(), whom.id, role));
});

When('{person} removes the role of {person}', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => this.app.removeRole(who.on(), whom.id));
});
