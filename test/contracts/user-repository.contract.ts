import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Age } from '../../src/domain/user/age.ts';
import { BanReason } from '../../src/domain/user/ban.ts';
import { Email } from '../../src/domain/user/email.ts';
import { User } from '../../src/domain/user/user.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { UserName } from '../../src/domain/user/user-name.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const UNKNOWN_ID = UserId.parse(anId(999));
const canonical = Email.canonicalize;

/** What every UserRepository promises. */
export const userRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`UserRepository contract: ${adapter}`, () => {
    it('gives back what was saved, inside and outside the unit of work', async () => {
      await using stores = await open();
      const ada = aUser();
      const inside = await stores.unitOfWork.run(async ({ users }) => {
        await users.save(ada);
        return users.get(ada.id);
      });
      const saved = { ...ada.toSnapshot(), version: 1 };
      assert.deepEqual(inside.toSnapshot(), saved);
      assert.deepEqual((await stores.users.get(ada.id)).toSnapshot(), saved);
      assert.deepEqual((await stores.users.findByEmail(canonical(ada.email)))?.toSnapshot(), saved);
    });

    it('gives back who has neither name nor age nor password', async () => {
      await using stores = await open();
      const ada = aUser({ name: null, age: null, passwordHash: null });
      await keep(stores, ada);
      assert.deepEqual((await stores.users.get(ada.id)).toSnapshot(), { ...ada.toSnapshot(), version: 1 });
    });

    it('keeps names and addresses of every script as they were written', async () => {
      await using stores = await open();
      const zofie = aUser({ name: "Žofie 𝒳 🐎 お'; drop table users; --", email: "žofie.o'hara@příklad.cz" });
      await keep(stores, zofie);
      const { name, email } = (await stores.users.get(zofie.id)).toSnapshot();
      assert.deepEqual({ name, email }, { name: zofie.name, email: zofie.email });
    });

    it('knows no user that was never stored', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      await assert.rejects(stores.users.get(UNKNOWN_ID), { code: 'user.not-found' });
      assert.equal(await stores.users.findByEmail(canonical('bob@example.com')), undefined);
      await assert.rejects(
        stores.unitOfWork.run(({ users }) => users.remove(UNKNOWN_ID)),
        { code: 'user.not-found' },
      );
    });

    it('finds an address whatever its case, and keeps the spelling of its owner', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'Ada.Lovelace@Example.com' }));
      const found = await stores.users.findByEmail(canonical('ADA.LOVELACE@EXAMPLE.COM'));
      assert.equal(found?.email, 'Ada.Lovelace@Example.com');
    });

    it('finds no user for text that is no address', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      for (const typed of ['', 'ada@example.com\0', '\0', '%', "' or 1=1 --", '\ud800', 'a'.repeat(10_000)]) {
        assert.equal(await stores.users.findByEmail(canonical(typed)), undefined);
      }
    });

    it('rejects a second account for an address, whatever its case', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'ada@example.com' }));
      const second = aUser({ id: anId(2), email: 'Ada@EXAMPLE.com' });
      await assert.rejects(keep(stores, second), { code: 'user.email-taken' });
      await assert.rejects(stores.users.get(second.id), { code: 'user.not-found' });
    });

    it('rejects a second account for a mailbox, however its domain is written', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'kim@bücher.example' }));
      const second = aUser({ id: anId(2), email: 'kim@xn--bcher-kva.example' });
      await assert.rejects(keep(stores, second), { code: 'user.email-taken' });
      for (const typed of ['KIM@BÜCHER.EXAMPLE', 'kim@xn--bcher-kva.example']) {
        assert.equal((await stores.users.findByEmail(canonical(typed)))?.email, 'kim@bücher.example');
      }
    });

    it('rejects a change to an address that another account has, whatever its case, and leaves both as they were', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'ada@example.com' }), aUser({ id: anId(2), email: 'bob@example.com' }));
      await assert.rejects(move(stores, anId(2), 'ADA@example.com'), { code: 'user.email-taken' });
      assert.equal((await stores.users.findByEmail(canonical('bob@example.com')))?.id, anId(2));
      assert.equal((await stores.users.findByEmail(canonical('ada@example.com')))?.id, anId(1));
    });

    it('accepts the own address in another case', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'ada@example.com' }));
      await move(stores, anId(1), 'Ada@Example.com');
      assert.equal((await stores.users.findByEmail(canonical('ada@example.com')))?.email, 'Ada@Example.com');
    });

    it('frees the old address of who moves, and guards the new one', async () => {
      await using stores = await open();
      await keep(stores, aUser({ email: 'ada@example.com' }));
      await move(stores, anId(1), 'countess@example.com');
      assert.equal(await stores.users.findByEmail(canonical('ada@example.com')), undefined);
      await keep(stores, aUser({ id: anId(2), email: 'ADA@example.com' }));
      assert.equal((await stores.users.findByEmail(canonical('ada@example.com')))?.id, anId(2));
      const third = aUser({ id: anId(3), email: 'Countess@example.com' });
      await assert.rejects(keep(stores, third), { code: 'user.email-taken' });
    });

    it('frees the address of who leaves', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      await assert.rejects(stores.users.get(aUser().id), { code: 'user.not-found' });
      await keep(stores, aUser({ id: anId(2) }));
      assert.equal((await stores.users.findByEmail(canonical(aUser().email)))?.id, anId(2));
    });

    it('counts the versions', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      for (const age of [37, 38]) await grow(stores, age);
      const { version, age } = (await stores.users.get(aUser().id)).toSnapshot();
      assert.deepEqual({ version, age }, { version: 3, age: 38 });
    });

    it('rejects a version that another writer has changed since', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      const read = await stores.users.get(aUser().id);
      await keep(stores, read.rename(UserName.parse('First')));
      await assert.rejects(keep(stores, read.rename(UserName.parse('Second'))), { code: 'user.stale' });
      assert.equal((await stores.users.get(read.id)).name, 'First');
    });

    it('lets one of two writers win, and rejects the other', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      const read = await stores.users.get(aUser().id);
      const names = ['First', 'Second'].map((name) => UserName.parse(name));
      const outcomes = await Promise.allSettled(names.map((name) => keep(stores, read.rename(name))));
      assert.deepEqual(outcomes.map(outcomeOf).sort(), ['kept', 'user.stale']);
      const winner = names[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      assert.equal((await stores.users.get(read.id)).name, winner);
    });

    it('rejects a version it never gave out', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      const invented = User.fromSnapshot({ ...aUser().toSnapshot(), version: 7 });
      await assert.rejects(keep(stores, invented), { code: 'user.stale' });
      await assert.rejects(keep(stores, aUser()), { code: 'user.stale' }, 'a second first time');
    });

    it('does not bring back who has left', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      const read = await stores.users.get(aUser().id);
      await stores.unitOfWork.run(({ users }) => users.remove(read.id));
      await assert.rejects(keep(stores, read.changeAge(null)), { code: 'user.stale' });
      await assert.rejects(stores.users.get(read.id), { code: 'user.not-found' });
    });

    it('keeps a role and its time until it is removed, and counts the version', async () => {
      await using stores = await open();
      await keep(stores, aUser());
      await keep(stores, (await stores.users.get(aUser().id)).withRole('support', NEW_YEAR));
      const { role, roleSince, version } = (await stores.users.get(aUser().id)).toSnapshot();
      assert.deepEqual({ role, roleSince, version }, { role: 'support', roleSince: NEW_YEAR, version: 2 });
      await keep(stores, (await stores.users.get(aUser().id)).withoutRole());
      assert.equal((await stores.users.get(aUser().id)).role, null);
    });

    it('lets one of two units of work take the role of the last admin but one', async () => {
      await using stores = await open();
      const admins = [aUser(), aUser({ id: anId(2), email: 'bob@example.com' })];
      await keep(stores, ...admins.map((admin) => admin.withRole('admin', NEW_YEAR)));
      await keep(stores, aUser({ id: anId(3), email: 'eve@example.com' }).withRole('reader', NEW_YEAR));
      const seen = await Promise.all(
        admins.map(({ id }) =>
          stores.unitOfWork.run(async ({ users }) => {
            const found = await users.lockAdmins({ confirmedOnly: false, refusesSamples: false });
            if (found.length > 1) await users.save((await users.get(id)).withoutRole());
            return found.length;
          }),
        ),
      );
      assert.deepEqual(seen.sort(), [1, 2]);
      assert.equal((await stores.userQueries.listStaff()).filter(({ role }) => role === 'admin').length, 1);
    });

    it('keeps whether the address is confirmed, and the one that waits', async () => {
      await using stores = await open();
      const ada = aUser().confirmEmail(aUser().email, NEW_YEAR).requestEmail(Email.parse('augusta@example.com'));
      await keep(stores, ada);
      const stored = await stores.users.get(ada.id);
      assert.deepEqual(stored.toSnapshot(), { ...ada.toSnapshot(), version: 1 });
      const [listed] = await stores.userQueries.list({ limit: 1 });
      assert.deepEqual([listed?.emailConfirmedAt, listed?.pendingEmail], [NEW_YEAR, 'augusta@example.com']);
      await keep(stores, stored.confirmEmail(Email.parse('augusta@example.com'), NEW_YEAR));
      const { email, pendingEmail } = (await stores.users.get(ada.id)).toSnapshot();
      assert.deepEqual([email, pendingEmail], ['augusta@example.com', null]);
    });

    it('keeps a ban with its reason, and counts no banned admin among those who can log in', async () => {
      await using stores = await open();
      const reason = BanReason.parse('Sold his key:\n“half price” 🐎');
      const bob = aUser({ id: anId(2), email: 'bob@example.com' }).withRole('admin', NEW_YEAR);
      await keep(stores, aUser().withRole('admin', NEW_YEAR), bob.ban(reason, NEW_YEAR));
      const stored = await stores.users.get(bob.id);
      assert.deepEqual(stored.toSnapshot().ban, { at: NEW_YEAR, reason });
      const admins = () =>
        stores.unitOfWork.run(({ users }) => users.lockAdmins({ confirmedOnly: false, refusesSamples: false }));
      assert.deepEqual(await admins(), [aUser().id]);
      await keep(stores, stored.ban(null, NEW_YEAR));
      assert.deepEqual((await stores.users.get(bob.id)).toSnapshot().ban, { at: NEW_YEAR, reason: null });
      await keep(stores, (await stores.users.get(bob.id)).unban());
      assert.deepEqual(await admins(), [aUser().id, bob.id]);
    });

    it('keeps the mark of the sample administrator, who counts only where samples may log in', async () => {
      await using stores = await open();
      const bob = aUser({ id: anId(2), email: 'bob@example.com' })
        .withRole('admin', NEW_YEAR)
        .asSample();
      await keep(stores, aUser().withRole('admin', NEW_YEAR), bob);
      await keep(stores, (await stores.users.get(bob.id)).rename(null));
      assert.equal((await stores.users.get(bob.id)).isSample, true);
      const admins = (refusesSamples: boolean) =>
        stores.unitOfWork.run(({ users }) => users.lockAdmins({ confirmedOnly: false, refusesSamples }));
      assert.deepEqual(await admins(true), [aUser().id]);
      assert.deepEqual(await admins(false), [aUser().id, bob.id]);
    });

    it('counts no admin with an unconfirmed address among those who can log in, where only confirmed ones can', async () => {
      await using stores = await open();
      const bob = aUser({ id: anId(2), email: 'bob@example.com' }).withRole('admin', NEW_YEAR);
      await keep(stores, aUser().withRole('admin', NEW_YEAR), bob.confirmEmail(bob.email, NEW_YEAR));
      const admins = (confirmedOnly: boolean) =>
        stores.unitOfWork.run(({ users }) => users.lockAdmins({ confirmedOnly, refusesSamples: false }));
      assert.deepEqual(await admins(true), [bob.id]);
      assert.deepEqual(await admins(false), [aUser().id, bob.id]);
    });

    it('bans one of two last admins, whatever two units of work want', async () => {
      await using stores = await open();
      const both = [aUser(), aUser({ id: anId(2), email: 'bob@example.com' })];
      await keep(stores, ...both.map((admin) => admin.withRole('admin', NEW_YEAR)));
      const seen = await Promise.all(
        both.map(({ id }) =>
          stores.unitOfWork.run(async ({ users }) => {
            const found = await users.lockAdmins({ confirmedOnly: false, refusesSamples: false });
            if (found.length > 1) await users.save((await users.get(id)).ban(null, NEW_YEAR));
            return found.length;
          }),
        ),
      );
      assert.deepEqual(seen.sort(), [1, 2]);
      assert.equal(
        (await stores.unitOfWork.run(({ users }) => users.lockAdmins({ confirmedOnly: false, refusesSamples: false })))
          .length,
        1,
      );
    });

    it('knows whether there is a user', async () => {
      await using stores = await open();
      assert.equal(await stores.users.isEmpty(), true);
      await keep(stores, aUser());
      assert.equal(await stores.users.isEmpty(), false);
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.equal(await stores.users.isEmpty(), true);
    });

    it('ASVS 15.4.2: of a hundred who register one address at once, one gets it', async () => {
      await using stores = await open();
      const crowd = Array.from({ length: 100 }, (_, n) =>
        aUser({ id: anId(n + 1), email: n % 2 === 0 ? 'ada@example.com' : 'ADA@example.com' }),
      );
      const outcomes = await Promise.allSettled(crowd.map((user) => keep(stores, user)));
      const [kept, ...others] = outcomes.map(outcomeOf).sort();
      assert.equal(kept, 'kept');
      assert.deepEqual(others, Array(99).fill('user.email-taken'));
      assert.equal((await stores.userQueries.list({ limit: 100 })).length, 1);
    });
  });
};

const keep = ({ unitOfWork }: OpenStores, ...people: User[]): Promise<void> =>
  unitOfWork.run(async ({ users }) => {
    for (const user of people) await users.save(user);
  });

const move = ({ unitOfWork }: OpenStores, id: string, email: string): Promise<void> =>
  unitOfWork.run(async ({ users }) => users.save((await users.get(UserId.parse(id))).changeEmail(Email.parse(email))));

const grow = ({ unitOfWork }: OpenStores, age: number): Promise<void> =>
  unitOfWork.run(async ({ users }) => users.save((await users.get(aUser().id)).changeAge(Age.fromStore(age))));

const outcomeOf = (outcome: PromiseSettledResult<void>): string =>
  outcome.status === 'fulfilled' ? 'kept' : String(outcome.reason.code);
