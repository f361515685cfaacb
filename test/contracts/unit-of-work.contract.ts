import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Age } from '../../src/domain/user/age.ts';
import { Email } from '../../src/domain/user/email.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { User } from '../../src/domain/user/user.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aLicense } from '../builders/license-builder.ts';
import { aPasswordReset } from '../builders/password-reset-builder.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const ATTEMPT = { key: 'login:ada', windowMs: 60_000 };
const CLAIM = {
  at: NEW_YEAR,
  leaseUntil: Instant.plusMs(NEW_YEAR, 1),
  latestDue: Instant.plusMs(NEW_YEAR, 1),
  limit: 10,
};

const ONE_OF_EACH = { users: 1, sessions: 1, resets: 1, attempts: 1, emails: 1, licenses: 1 };
const NOTHING = { users: 0, sessions: 0, resets: 0, attempts: 0, emails: 0, licenses: 0 };

/** What every UnitOfWork promises. */
export const unitOfWorkContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`UnitOfWork contract: ${adapter}`, () => {
    it('gives back what the work gives back', async () => {
      await using stores = await open();
      assert.equal(await stores.unitOfWork.run(async () => 'done'), 'done');
    });

    it('keeps what was written in every store', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(writeEverywhere);
      assert.deepEqual(await inventory(stores), ONE_OF_EACH);
    });

    it('ASVS 2.3.3: keeps nothing in any store if the work throws, and lets the very error out', async () => {
      await using stores = await open();
      const mishap = new Error('halfway');
      const failing = stores.unitOfWork.run(async (inside) => {
        await writeEverywhere(inside);
        throw mishap;
      });
      await assert.rejects(failing, (error) => error === mishap);
      assert.deepEqual(await inventory(stores), NOTHING);
    });

    it('undoes changes and removals too', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(writeEverywhere);
      const failing = stores.unitOfWork.run(async ({ users, attempts, outbox }) => {
        await users.save((await users.get(aUser().id)).changeEmail(Email.parse('countess@example.com')));
        await users.remove(aUser().id);
        await attempts.clear([ATTEMPT.key]);
        await outbox.done(anId(1));
        throw new Error('halfway');
      });
      await assert.rejects(failing, /halfway/);
      assert.deepEqual(await inventory(stores), ONE_OF_EACH);
      assert.equal((await stores.users.get(aUser().id)).email, aUser().email);
    });

    it('sees what it has written itself', async () => {
      await using stores = await open();
      const name = await stores.unitOfWork.run(async ({ users }) => {
        await users.save(aUser());
        await users.save((await users.get(aUser().id)).changeAge(null));
        return (await users.findByEmail(Email.canonicalize('ada@example.com')))?.name;
      });
      assert.equal(name, 'Ada Lovelace');
    });

    it('does not show what it will not keep', async () => {
      await using stores = await open();
      const gate = Promise.withResolvers<void>();
      const failing = stores.unitOfWork.run(async ({ users }) => {
        await users.save(aUser());
        gate.resolve();
        await new Promise(setImmediate);
        throw new Error('halfway');
      });
      const looking = gate.promise.then(() => stores.users.findByEmail(Email.canonicalize('ada@example.com')));
      await assert.rejects(failing, /halfway/);
      assert.equal(await looking, undefined);
    });

    it('goes on after one that threw, even at once', async () => {
      await using stores = await open();
      const failing = stores.unitOfWork.run(async () => {
        throw new Error('halfway');
      });
      const next = stores.unitOfWork.run(({ users }) => users.save(aUser()));
      await Promise.allSettled([failing, next]);
      assert.equal(await stores.users.isEmpty(), false);
    });

    it('ASVS 7.4.3: lets no other writer change a user read in it before it ends: no session outlives a new password', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(({ users }) => users.save(aUser()));
      const { promise: looked, resolve: look } = Promise.withResolvers<void>();
      const logIn = stores.unitOfWork.run(async ({ users, sessions }) => {
        const { passwordHash } = await users.get(aUser().id);
        look();
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (passwordHash === aUser().passwordHash) await sessions.add(aSession());
      });
      await looked;
      const changePassword = stores.unitOfWork.run(async ({ users, sessions }) => {
        const user = await users.findByEmail(Email.canonicalize('ada@example.com'));
        await users.save((user as User).setPassword(PasswordHash.parse('$argon2id$another')));
        await sessions.removeAllOf(aUser().id);
      });
      await Promise.all([logIn, changePassword]);
      assert.deepEqual(await stores.sessionQueries.list(allSessionsOf(aUser().id)), []);
    });

    it('ASVS 15.4.2: loses no change of fifty that read, add one and write at once', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(({ users }) => users.save(aUser({ age: 30 })));
      const older = async ({ users }: Stores) => {
        const { age } = (await users.get(aUser().id)).toSnapshot();
        await new Promise(setImmediate);
        await users.save((await users.get(aUser().id)).changeAge(Age.fromStore(Number(age) + 1)));
      };
      await Promise.all(Array.from({ length: 50 }, () => stores.unitOfWork.run(older)));
      assert.equal((await stores.users.get(aUser().id)).toSnapshot().age, 80);
    });
  });
};

const writeEverywhere = async ({
  users,
  sessions,
  passwordResets,
  attempts,
  outbox,
  licenses,
}: Stores): Promise<void> => {
  await users.save(aUser());
  await sessions.add(aSession());
  await passwordResets.put(aPasswordReset());
  await attempts.count([ATTEMPT], NEW_YEAR);
  await outbox.add(anId(1), { kind: 'welcome', to: 'ada@example.com' }, NEW_YEAR);
  await licenses.save(aLicense());
};

/** How much of each there is. Looks in a unit of work that it throws away, because looking takes and counts. */
const inventory = async ({ unitOfWork, users, sessionQueries, licenseQueries }: OpenStores) => {
  const held = {
    users: 0,
    sessions: (await sessionQueries.list(allSessionsOf(aUser().id))).length,
    resets: 0,
    attempts: 0,
    emails: 0,
    licenses: (await licenseQueries.list({ at: NEW_YEAR, limit: 10 })).length,
  };
  held.users = (await users.isEmpty()) ? 0 : 1;
  const thrownAway = new Error('only looking');
  const looking = unitOfWork.run(async ({ passwordResets, attempts, outbox }) => {
    const taken = await passwordResets.take(aPasswordReset().toSnapshot().tokenHash);
    held.resets = taken === undefined ? 0 : 1;
    held.emails = (await outbox.claim(CLAIM)).length;
    held.attempts = Number((await attempts.count([ATTEMPT], NEW_YEAR))[0]?.count) - 1;
    throw thrownAway;
  });
  await assert.rejects(looking, (error) => error === thrownAway);
  return held;
};
