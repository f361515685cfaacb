import assert from 'node:assert/strict';
import { type DataTable, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { ValidationCode } from '../../src/domain/license/license-validation.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { Move } from '../support/license-driver.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const MOVES: Readonly<Record<string, Move>> = { suspends: 'suspend', reinstates: 'reinstate', revokes: 'revoke' };

defineParameterType({ name: 'moves', regexp: Object.keys(MOVES), transformer: (word: string) => MOVES[word] as Move });

const MOVED: Readonly<Record<string, Move>> = { suspended: 'suspend', reinstated: 'reinstate', revoked: 'revoke' };

defineParameterType({ name: 'moved', regexp: Object.keys(MOVED), transformer: (word: string) => MOVED[word] as Move });

const STATUSES: Readonly<Record<string, string>> = {
  active: 'active',
  'not begun': 'scheduled',
  'in grace': 'in_grace',
  over: 'expired',
  suspended: 'suspended',
  revoked: 'revoked',
};

defineParameterType({
  name: 'status',
  regexp: Object.keys(STATUSES),
  transformer: (words: string) => STATUSES[words] as string,
});

const VERDICTS: Readonly<Record<string, ValidationCode>> = {
  'the key has a typing error': 'MALFORMED_KEY',
  'the key is unknown': 'NOT_FOUND',
  'the license was revoked': 'REVOKED',
  'the owner is banned': 'BANNED',
  'the license is suspended': 'SUSPENDED',
  'the license is for another product': 'PRODUCT_MISMATCH',
  'the license has not begun': 'NOT_YET_EFFECTIVE',
  'the license has expired': 'EXPIRED',
  'the license does not include it': 'ENTITLEMENT_MISSING',
  'the fingerprint is missing': 'FINGERPRINT_REQUIRED',
  'the machine is not activated': 'NOT_ACTIVATED',
  'too many machines are activated': 'TOO_MANY_ACTIVATIONS',
  'the license is in grace': 'IN_GRACE',
};

defineParameterType({
  name: 'result',
  regexp: Object.keys(VERDICTS),
  transformer: (words: string) => VERDICTS[words] as ValidationCode,
});

Given('{person} holds a license', function (this: AppWorld, owner: Person) {
  return this.licenses.issue(this.people.administrator, owner, {});
});

Given('{person} holds a license:', function (this: AppWorld, owner: Person, terms: DataTable) {
  return this.licenses.issue(this.people.administrator, owner, terms.rowsHash());
});

When('{person} issues a license to {person}', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.licenses.issue(who, owner, {}));
});

When('{person} issues a license to an unknown user', function (this: AppWorld, who: Person) {
  const unknownId = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';
  return this.attempt(who, () => this.app.licenses.issue(who.on(), unknownId, {}));
});

When(
  '{person} issues a license of {int} days of grace to {person}',
  function (this: AppWorld, who: Person, days: number, owner: Person) {
    return this.attempt(who, () => this.licenses.issue(who, owner, { grace: `${days} days` }));
  },
);

When('{person} reads {whose} license', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.licenses.read(owner, who));
});

When('{person} {moves} {whose} license', function (this: AppWorld, who: Person, move: Move, owner: Person) {
  return this.attempt(who, () => this.app.licenses.move(who.on(), this.licenses.of(owner).id, move));
});

Given('{whose} license has been {moved}', async function (this: AppWorld, owner: Person, move: Move) {
  await this.app.licenses.move(this.people.administrator.on(), this.licenses.of(owner).id, move);
});

When(
  '{person} renews {whose} license by {int} days',
  function (this: AppWorld, who: Person, owner: Person, days: number) {
    return this.attempt(who, () => this.app.licenses.renew(who.on(), this.licenses.of(owner).id, { days }));
  },
);

When(
  '{person} renews {whose} license until {duration} from now',
  function (this: AppWorld, who: Person, owner: Person, ms: number) {
    const expiresAt = this.inTime(ms);
    return this.attempt(who, () => this.app.licenses.renew(who.on(), this.licenses.of(owner).id, { expiresAt }));
  },
);

When(
  '{person} allows {whose} license {int} machine(s)',
  function (this: AppWorld, who: Person, owner: Person, machines: number) {
    const change = { maxActivations: machines };
    return this.attempt(who, () => this.app.licenses.updateTerms(who.on(), this.licenses.of(owner).id, change));
  },
);

When(
  '{person} sets the beginning of {whose} license in {duration}',
  function (this: AppWorld, who: Person, owner: Person, ms: number) {
    const change = { startsAt: this.inTime(ms) };
    return this.attempt(who, () => this.app.licenses.updateTerms(who.on(), this.licenses.of(owner).id, change));
  },
);

When(
  '{person} changes the product of {whose} license to {string}',
  function (this: AppWorld, who: Person, owner: Person, product: string) {
    return this.attempt(who, () => this.app.licenses.updateTerms(who.on(), this.licenses.of(owner).id, { product }));
  },
);

When('{person} looks up the key of {whose} license', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.licenses.lookUp(owner, who));
});

Then('{person} has/have found {whose} license', function (this: AppWorld, _: Person, owner: Person) {
  assert.equal(this.licenses.found?.id, this.licenses.of(owner).id);
});

Then('{whose} license was never validated', async function (this: AppWorld, owner: Person) {
  await this.licenses.writeDownValidations();
  assert.equal((await this.licenses.read(owner, this.people.administrator)).lastValidatedAt, null);
});

When('{person} ends {whose} license now', function (this: AppWorld, who: Person, owner: Person) {
  const change = { expiresAt: this.inTime(0) };
  return this.attempt(who, () => this.app.licenses.updateTerms(who.on(), this.licenses.of(owner).id, change));
});

Then('{whose} license is {status}', async function (this: AppWorld, owner: Person, status: string) {
  assert.equal((await this.licenses.read(owner, this.people.administrator)).status, status);
});

Then('{whose} license ends in {duration}', async function (this: AppWorld, owner: Person, ms: number) {
  assert.equal((await this.licenses.read(owner, this.people.administrator)).expiresAt, this.inTime(ms));
});

Then('{person} sees {whose} license', async function (this: AppWorld, who: Person, owner: Person) {
  const { id, key, userId } = await this.licenses.read(owner, who);
  assert.deepEqual({ id, key, userId }, { ...pick(this.licenses.of(owner)), userId: owner.id });
  const [listed, ...more] = await this.app.licenses.listOf(who.on(), owner.id);
  assert.deepEqual([listed?.id, more], [id, []]);
});

Then('no two of them have the same key', function (this: AppWorld) {
  const keys = ['Ada', 'Bob'].map((name) => this.licenses.of(this.people.called(name)).key);
  assert.equal(new Set(keys).size, 2);
});

Then('there is no license any more', async function (this: AppWorld) {
  assert.deepEqual(await this.app.licenses.listAll(this.people.administrator.on(), {}), []);
});

Then('of the licenses that end within {duration} the list shows {string}', listsEnding);

Then('{whose} license was last validated just now', async function (this: AppWorld, owner: Person) {
  const asked = Instant.format(this.app.server.now);
  await this.licenses.writeDownValidations();
  assert.equal((await this.licenses.read(owner, this.people.administrator)).lastValidatedAt, asked);
});

Then('the software runs for {person}', async function (this: AppWorld, owner: Person) {
  assert.deepEqual(await this.licenses.validate(owner), { valid: true, code: 'VALID' });
});

Then(
  'the software runs for {person}, with the warning that {result}',
  async function (this: AppWorld, owner: Person, code: ValidationCode) {
    assert.deepEqual(await this.licenses.validate(owner), { valid: true, code });
  },
);

Then(
  'the software does not run for {person} because {result}',
  async function (this: AppWorld, owner: Person, code: ValidationCode) {
    assert.deepEqual(await this.licenses.validate(owner), { valid: false, code });
  },
);

Then('the product {string} runs for {person}', async function (this: AppWorld, product: string, owner: Person) {
  assert.deepEqual(await this.licenses.validate(owner, { product }), { valid: true, code: 'VALID' });
});

Then(
  'the product {string} does not run for {person} because {result}',
  async function (this: AppWorld, product: string, owner: Person, code: ValidationCode) {
    assert.deepEqual(await this.licenses.validate(owner, { product }), { valid: false, code });
  },
);

Then('{person} may use {string}', async function (this: AppWorld, owner: Person, wanted: string) {
  const entitlements = wanted.split(', ');
  assert.deepEqual(await this.licenses.validate(owner, { entitlements }), { valid: true, code: 'VALID' });
});

Then(
  '{person} may not use {string} because {result}',
  async function (this: AppWorld, owner: Person, wanted: string, code: ValidationCode) {
    const entitlements = wanted.split(', ');
    assert.deepEqual(await this.licenses.validate(owner, { entitlements }), { valid: false, code });
  },
);

const SPELLINGS: Readonly<Record<string, (key: string) => string>> = {
  'in lower case': (key) => key.toLowerCase(),
  'without hyphens': (key) => key.replaceAll('-', ''),
  'with spaces': (key) => key.replaceAll('-', ' '),
  'with O for 0 and I for 1': (key) => key.replaceAll('0', 'O').replaceAll('1', 'I'),
  'with a wrong symbol': (key) => key.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z')),
  'with two symbols swapped': (key) => {
    const at = [...key].findIndex(
      (character, index) => character !== key[index + 1] && !`${character}${key[index + 1]}`.includes('-'),
    );
    return `${key.slice(0, at)}${key[at + 1]}${key[at]}${key.slice(at + 2)}`;
  },
  'with a symbol missing': (key) => key.slice(1),
};

Then(
  'the software runs for {person} who types the key {}',
  async function (this: AppWorld, owner: Person, how: string) {
    assert.equal((await typed(this, owner, how)).code, 'VALID');
  },
);

Then(
  'the software does not run for {person} who types the key {}, because {result}',
  async function (this: AppWorld, owner: Person, how: string, code: ValidationCode) {
    assert.deepEqual(await typed(this, owner, how), { valid: false, code });
  },
);

const typed = (world: AppWorld, owner: Person, how: string) => {
  const spell = SPELLINGS[how] ?? assert.fail(`Unknown spelling: ${how}`);
  return world.licenses.validate(owner, { licenseKey: spell(world.licenses.of(owner).key) });
};

const pick = ({ id, key }: { id: string; key: string }) => ({ id, key });

async function listsEnding(this: AppWorld, ms: number, names: string): Promise<void> {
  const endsBefore = Instant.format(Instant.plusMs(Instant.parse(this.app.server.now), ms));
  const listed = await this.app.licenses.listAll(this.people.administrator.on(), { endsBefore });
  const expected = names.split(', ').map((name) => this.licenses.of(this.people.called(name)).id);
  assert.deepEqual(
    listed.map(({ id }) => id),
    expected,
  );
}
