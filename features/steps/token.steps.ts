import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { ApiTokenInput } from '../../src/domain/access/api-token.ts';
import type { Scope } from '../../src/domain/access/scope.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const give = (world: AppWorld, who: Person, program: Person, scopes: string, input: Partial<ApiTokenInput> = {}) =>
  world.attempt(who, async () => {
    const names = scopes.split(', ') as Scope[];
    program.holdToken(await world.app.tokens.create(who.on(), { name: program.name, scopes: names, ...input }));
  });

When('{person} gives {person} a token for {string}', function (this: AppWorld, who: Person, program: Person, scopes) {
  return give(this, who, program, scopes);
});

When(
  '{person} gives {person} a token for {string} and the product {string}',
  function (this: AppWorld, who: Person, program: Person, scopes: string, product: string) {
    return give(this, who, program, scopes, { products: [product] });
  },
);

When(
  '{person} gives {person} a token for {string} from the network {string}',
  function (this: AppWorld, who: Person, program: Person, scopes: string, network: string) {
    return give(this, who, program, scopes, { networks: [network] });
  },
);

When(
  '{person} gives {person} a token for {string} for {int} days',
  function (this: AppWorld, who: Person, program: Person, scopes: string, expiresInDays: number) {
    return give(this, who, program, scopes, { expiresInDays });
  },
);

When('{person} rotates the token of {person}', function (this: AppWorld, who: Person, program: Person) {
  return this.attempt(who, async () =>
    program.holdToken(await this.app.tokens.rotate(who.on(), program.heldToken().id)),
  );
});

When('{person} revokes the token of {person}', function (this: AppWorld, who: Person, program: Person) {
  return this.attempt(who, () => this.app.tokens.revoke(who.on(), program.heldToken().id));
});

Given('{person} still has its first token', (program: Person) => program.keepFirstToken());

When(
  '{person} reads {whose} license from the address {string}',
  function (this: AppWorld, who: Person, owner: Person, ip: string) {
    who.ip = ip;
    return this.attempt(who, () => this.licenses.read(owner, who));
  },
);

Then('{person} finds only {whose} license', async function (this: AppWorld, who: Person, owner: Person) {
  const found = await this.app.licenses.listAll(who.on(), {});
  assert.deepEqual(
    found.map(({ id }) => id),
    [this.licenses.of(owner).id],
  );
});
