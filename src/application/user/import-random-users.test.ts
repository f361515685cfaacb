import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { QUICK } from '../../../test/contracts/password-hasher.contract.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemoryRandomUsers } from '../../../test/doubles/memory-random-users.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { Argon2PasswordHasher } from '../../adapters/driven/argon2/argon2-password-hasher.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import { PortError } from '../../ports/port-error.ts';
import type { RandomUser, RandomUserSource } from '../../ports/random-user-source.ts';
import { ImportRandomUsers, type ImportRandomUsersCommand, type ImportStep } from './import-random-users.ts';

/** People on a list, in place of people from anywhere; what is asked beyond the list is a fault. */
const listed = (...people: RandomUser[]): RandomUserSource => ({
  nationalities: ['GB'],
  draw: async () => people,
});

const anImport = (world: { source?: RandomUserSource; hasher?: PasswordHasher } = {}) => {
  const stores = new AuditedMemoryStores();
  const passwordHasher = world.hasher ?? new Argon2PasswordHasher({ params: QUICK, concurrency: 2, queue: 10 });
  const securityLog = new MemorySecurityLog();
  const useCase = new ImportRandomUsers({
    randomUserSource: world.source ?? new MemoryRandomUsers(),
    randomSource: new CryptoRandom(),
    users: stores.users,
    unitOfWork: stores,
    passwordHasher,
    hashesAtOnce: 2,
    idGenerator: new Uuidv7Ids(),
    clock: new FixedClock(NEW_YEAR),
    securityLog,
  });
  const begin = (change: Partial<ImportRandomUsersCommand> = {}) =>
    useCase.execute({
      caller: Caller.root(),
      count: 10,
      atMost: 5000,
      seed: 'guildhall',
      withPasswords: true,
      client: { ip: '192.0.2.1', userAgent: 'test', requestId: 'test' },
      ...change,
    });
  const run = async (change?: Partial<ImportRandomUsersCommand>) => {
    const steps: ImportStep[] = [];
    for await (const step of begin(change)) steps.push(step);
    return steps;
  };
  const isPassword = async (email: string, password: Secret) =>
    passwordHasher.verify((await stores.users.findByEmail(Email.canonicalize(email)))?.passwordHash ?? null, password);
  return { stores, securityLog, begin, run, isPassword };
};

const hashingBy = (hash: PasswordHasher['hash']): PasswordHasher => ({
  hash,
  verify: async () => false,
  expectParameters: () => {},
  isOutdated: () => false,
});

const counted = (steps: readonly ImportStep[]) => ({
  stored: steps.filter(({ kind }) => kind === 'stored').length,
  skipped: steps.filter(({ kind }) => kind === 'skipped').length,
});

describe('ImportRandomUsers', () => {
  it('stores name and address, and a password of 6 to 12 characters that opens the account', async () => {
    const server = anImport();
    const steps = await server.run();
    assert.deepEqual(counted(steps), { stored: 10, skipped: 0 });
    for (const step of steps) {
      assert.ok(step.kind === 'stored' && step.password !== undefined && step.user.name !== null);
      assert.match(step.password.reveal(), /^[!-~]{6,12}$/);
      assert.equal(await server.isPassword(step.user.email, step.password), true);
    }
    assert.equal((await server.stores.users.list({ limit: 100 })).length, 10);
  });

  it('keeps the order in which the people came', async () => {
    const server = anImport();
    const emails = (await server.run()).map((step) => step.kind === 'stored' && step.user.email);
    assert.deepEqual(
      (await server.stores.users.list({ limit: 100 })).map(({ email }) => email),
      emails,
    );
  });

  it('keeps what it had when the iteration ends early, and goes on from there with the same seed', async () => {
    const server = anImport();
    let received = 0;
    for await (const _ of server.begin()) {
      received += 1;
      if (received === 3) break;
    }
    assert.equal((await server.stores.users.list({ limit: 100 })).length, 3);
    assert.deepEqual(counted(await server.run()), { stored: 7, skipped: 3 });
  });

  it('keeps what it had when the people run dry, and reports why', async () => {
    const people = new MemoryRandomUsers();
    const source: RandomUserSource = {
      nationalities: people.nationalities,
      async draw(query) {
        if (query.page === 2) throw new PortError('random-users.unavailable', 'gone');
        return people.draw(query);
      },
    };
    const server = anImport({ source });
    await assert.rejects(server.run({ count: 150, withPasswords: false }), { code: 'random-users.unavailable' });
    assert.equal((await server.stores.users.list({ limit: 1000 })).length, 100);
  });

  it('brings in more than one page', async () => {
    const steps = await anImport().run({ count: 250, withPasswords: false });
    assert.deepEqual(counted(steps), { stored: 250, skipped: 0 });
  });

  it('skips an address that another account has, whatever its case, and one that comes twice', async () => {
    const [one, again, other] = ['Ada@example.com', 'ada@EXAMPLE.com', 'grace@example.com'];
    const source = listed({ name: 'Ada', email: one }, { name: 'Ada', email: again }, { name: 'Grace', email: other });
    const steps = await anImport({ source }).run({ count: 3 });
    assert.deepEqual(
      steps.map((step) => (step.kind === 'stored' ? step.user.email : step.why)),
      [one, 'email-taken', other],
    );
  });

  it('skips who has a name or an address that our rules do not take', async () => {
    const source = listed(
      { name: 'Line\nbreak', email: 'a@example.com' },
      { name: 'Ada', email: 'not an address' },
      { name: "Rufina Drob'yazko", email: "rufina.drob'yazko@example.com" },
    );
    const steps = await anImport({ source }).run({ count: 3 });
    assert.deepEqual(
      steps.map((step) => (step.kind === 'stored' ? step.user.name : step.why)),
      ['unusable', 'unusable', "Rufina Drob'yazko"],
    );
  });

  it('makes as many hashes at a time as it may, and none for who is there already', async () => {
    const real = new Argon2PasswordHasher({ params: QUICK, concurrency: 10, queue: 10 });
    let [most, made] = [0, 0];
    const server = anImport({
      hasher: hashingBy((password) => {
        const hashing = real.hash(password);
        most = Math.max(most, real.active);
        made += 1;
        return hashing;
      }),
    });
    await server.run({ count: 10 });
    assert.deepEqual([most, made], [2, 10]);
    await server.run({ count: 12 });
    assert.equal(made, 12);
  });

  it('reports a failed hash in order, and leaves no rejection unhandled', async () => {
    const unreceived: unknown[] = [];
    const listen = (reason: unknown) => unreceived.push(reason);
    process.on('unhandledRejection', listen);
    const real = new Argon2PasswordHasher({ params: QUICK, concurrency: 2, queue: 10 });
    const busy = new PortError('hashing.busy', 'full');
    let asked = 0;
    const server = anImport({
      hasher: hashingBy((password) => {
        asked += 1;
        return asked === 1 ? real.hash(password) : Promise.reject(busy);
      }),
    });
    await assert.rejects(server.run(), busy);
    process.off('unhandledRejection', listen);
    assert.deepEqual(unreceived, []);
    assert.equal((await server.stores.users.list({ limit: 100 })).length, 1);
  });

  it('without passwords stores people that no password opens', async () => {
    const server = anImport();
    const steps = await server.run({ count: 2, withPasswords: false });
    for (const step of steps) {
      assert.ok(step.kind === 'stored' && step.password === undefined);
      assert.equal((await server.stores.users.get(step.user.id)).passwordHash, null);
    }
  });

  it('is for an administrator, and for an order that can be filled', async () => {
    const caller = Caller.anonymous({ administrationIsOpen: false });
    await assert.rejects(anImport().run({ caller }), { code: 'access.unauthenticated' });
    await assert.rejects(anImport().run({ count: 5001 }), { code: 'import.invalid' });
    await assert.rejects(anImport().run({ nationalities: ['zz'] }), { code: 'import.invalid' });
  });

  it('queues no email, and records each user', async () => {
    const server = anImport();
    await server.run({ count: 2 });
    const emails = await server.stores.run(({ outbox }) =>
      outbox.claim({ at: NEW_YEAR, leaseUntil: NEW_YEAR, latestDue: NEW_YEAR, limit: 10 }),
    );
    assert.deepEqual(emails, []);
    assert.deepEqual(
      server.securityLog.events.map(({ event, detail }) => [event, detail]),
      [
        ['user_created', 'import'],
        ['user_created', 'import'],
      ],
    );
  });
});
