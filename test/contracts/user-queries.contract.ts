import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldCase } from '../../src/domain/shared/unicode.ts';
import { BanReason } from '../../src/domain/user/ban.ts';
import { Email } from '../../src/domain/user/email.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { UserName } from '../../src/domain/user/user-name.ts';
import type { SearchPosition, UserView } from '../../src/ports/user-queries.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

/** What every UserQueries promises. */
export const userQueriesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`UserQueries contract: ${adapter}`, () => {
    it('lists no users in an empty store', async () => {
      await using stores = await open();
      assert.deepEqual(await stores.userQueries.list({ limit: 10 }), []);
    });

    it('shows what may be seen of a user, and nothing else', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(({ users }) => users.save(aUser({ email: 'Ada@example.com' })));
      assert.deepEqual(await stores.userQueries.list({ limit: 10 }), [
        {
          id: anId(1),
          email: 'Ada@example.com',
          name: 'Ada Lovelace',
          age: 36,
          createdAt: NEW_YEAR,
          emailConfirmedAt: null,
          pendingEmail: null,
          hasSecondFactor: false,
          ban: null,
        },
      ]);
    });

    it('finds what a log-in needs by the canonical address', async () => {
      await using stores = await open();
      const find = (email: string) => stores.userQueries.findLogin(Email.canonicalize(email));
      const passwordHash = PasswordHash.parse('$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo');
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save(aUser({ email: 'Ada@example.com', passwordHash }));
        const bob = aUser({ id: anId(2), email: 'bob@example.com', passwordHash: null });
        await users.save(bob.ban(null, NEW_YEAR).asSample());
      });
      const [ada, bob] = [UserId.parse(anId(1)), UserId.parse(anId(2))];
      assert.deepEqual(await find('ADA@example.com'), { id: ada, passwordHash, isBanned: false, isSample: false });
      assert.deepEqual(await find('bob@example.com'), { id: bob, passwordHash: null, isBanned: true, isSample: true });
      // Before, between and after the accounts in the order of their addresses.
      for (const email of ['aaa@example.com', 'adb@example.com', 'eve@example.com', '', 'a\0b@example.com']) {
        const none = { id: undefined, passwordHash: null, isBanned: false, isSample: false };
        assert.deepEqual(await find(email), none, email);
      }
    });

    it('shows since when and why a user is banned', async () => {
      await using stores = await open();
      const reason = BanReason.parse('Chargeback');
      await stores.unitOfWork.run(({ users }) => users.save(aUser().ban(reason, NEW_YEAR)));
      const [ada] = await stores.userQueries.list({ limit: 10 });
      assert.deepEqual(ada?.ban, { at: NEW_YEAR, reason });
    });

    it('counts the users whose address is not confirmed, page by page', async () => {
      await using stores = await open();
      const count = (limit: number, after?: UserId) => stores.userQueries.countUnconfirmed({ after, limit });
      assert.deepEqual(await count(10), { count: 0, last: undefined });
      await stores.unitOfWork.run(async ({ users }) => {
        for (const n of [3, 4, 2]) await users.save(aUser({ id: anId(n), email: `person-${n}@example.com` }));
        await users.save(aUser());
        await users.save((await users.get(aUser().id)).confirmEmail(aUser().email, NEW_YEAR));
      });
      const [first, second] = [aUser().id, anId(2) as UserId];
      assert.deepEqual(await count(1), { count: 0, last: first });
      assert.deepEqual(await count(2), { count: 1, last: second });
      assert.deepEqual(await count(2, second), { count: 2, last: anId(4) });
      assert.deepEqual(await count(3, second), { count: 2, last: undefined });
    });

    it('lists the parameters of all password hashes, each once, and no hash', async () => {
      await using stores = await open();
      assert.deepEqual(await stores.userQueries.listHashParameters(), []);
      const hash = (params: string, saltAndKey = `${'s'.repeat(22)}$${'k'.repeat(43)}`) =>
        PasswordHash.parse(`$argon2id$v=19$${params}$${saltAndKey}`);
      const hashes = [
        hash('m=19456,t=2,p=1'),
        hash('m=19456,t=2,p=1'),
        hash('m=65536,t=3,p=4'),
        hash('m=19456,t=2,p=10'),
        // Of other programs, with other lengths of salt and key.
        hash('m=64,t=1,p=1', `${'s'.repeat(11)}$${'k'.repeat(86)}`),
        hash('m=64,t=1,p=1', `${'t'.repeat(11)}$${'k'.repeat(86)}`),
        hash('m=8,t=1,p=1', 'salt$key'),
        null,
      ];
      await stores.unitOfWork.run(async ({ users }) => {
        for (const [nth, passwordHash] of hashes.entries()) {
          await users.save(aUser({ id: anId(nth + 1), email: `person-${nth}@example.com`, passwordHash }));
        }
      });
      assert.deepEqual(await stores.userQueries.listHashParameters(), [
        '$argon2id$v=19$m=19456,t=2,p=1',
        '$argon2id$v=19$m=19456,t=2,p=10',
        '$argon2id$v=19$m=64,t=1,p=1',
        '$argon2id$v=19$m=65536,t=3,p=4',
        '$argon2id$v=19$m=8,t=1,p=1',
      ]);
    });

    it('lists in the order people came, whatever the order they were saved in', async () => {
      await using stores = await open();
      await come(stores, 3, 1, 4, 2);
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 10 })), [1, 2, 3, 4]);
    });

    it('gives no more than asked for, and goes on after the last one seen', async () => {
      await using stores = await open();
      await come(stores, 1, 2, 3, 4, 5);
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 2 })), [1, 2]);
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 2, after: userId(2) })), [3, 4]);
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 2, after: userId(4) })), [5]);
      assert.deepEqual(await stores.userQueries.list({ limit: 2, after: userId(5) }), []);
    });

    it('lists each user that stays exactly once while others are added and removed', async () => {
      await using stores = await open();
      await come(stores, 1, 2, 3, 4, 5, 6);
      const first = await stores.userQueries.list({ limit: 3 });
      // The last one seen leaves as well: the next page must not need them.
      await leave(stores, 1, 3, 4);
      await come(stores, 7);
      const second = await stores.userQueries.list({ limit: 3, after: (first[2] as UserView).id });
      assert.deepEqual(
        [numbersOf(first), numbersOf(second)],
        [
          [1, 2, 3],
          [5, 6, 7],
        ],
      );
    });

    it('finds one address, whatever its case', async () => {
      await using stores = await open();
      await come(stores, 1, 2, 3);
      const email = Email.canonicalize('USER2@example.com');
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 10, email })), [2]);
      assert.deepEqual(numbersOf(await stores.userQueries.list({ limit: 10, email, after: userId(1) })), [2]);
      assert.deepEqual(await stores.userQueries.list({ limit: 10, email, after: userId(2) }), []);
    });

    it('finds users by the beginning of their address or name, whatever its case, each once', async () => {
      await using stores = await open();
      const people = [
        ['ada@example.com', 'Élodie Ada'],
        ['grace@example.com', 'ADA King'],
        ['adb@example.com', null],
        ['zoe@example.com', 'Ada King'],
        ['ad_@example.com', '%'],
        ['ada.two@example.com', 'Ada'],
      ] as const;
      await stores.unitOfWork.run(async ({ users }) => {
        for (const [nth, [email, name]] of people.entries())
          await users.save(aUser({ id: anId(nth + 1), email, name }));
      });
      const search = async (text: string, limit = 10, after?: SearchPosition) => {
        const query = { email: Email.canonicalize(text), name: foldCase(text), limit, after };
        return (await stores.userQueries.search(query)).map(({ by, key, user }) => ({ by, key, id: user.id }));
      };
      const all = [
        { by: 'email', key: 'ada.two@example.com', id: userId(6) },
        { by: 'email', key: 'ada@example.com', id: userId(1) },
        { by: 'name', key: 'ada king', id: userId(2) },
        { by: 'name', key: 'ada king', id: userId(4) },
      ];
      assert.deepEqual(await search('ADA'), all);
      const pages = [];
      for (let last: SearchPosition | undefined; ; ) {
        const page = await search('ada', 1, last);
        if (page.length === 0) break;
        pages.push(...page);
        last = page.at(-1);
      }
      assert.deepEqual(pages, all);
      assert.deepEqual(await search('éLODIE'), [{ by: 'name', key: 'élodie ada', id: userId(1) }]);
      assert.deepEqual(await search('ad_'), [{ by: 'email', key: 'ad_@example.com', id: userId(5) }]);
      assert.deepEqual(await search('ada king', 1), all.slice(2, 3));
      // A position that comes before all that is searched for.
      for (const by of ['email', 'name'] as const) {
        const found = await search('ada', 10, { by, key: 'aa', id: userId(9) });
        assert.deepEqual(found, by === 'email' ? all : all.slice(2));
      }
      for (const text of ['%a', 'king', 'ada\0']) assert.deepEqual(await search(text), [], text);
    });

    it('goes past any number of names of users that were found by their address', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(async ({ users }) => {
        for (let nth = 1; nth <= 1_010; nth += 1) {
          const email = nth === 1_010 ? 'zoe@example.com' : `ada.${nth}@example.com`;
          await users.save(aUser({ id: anId(nth), email, name: 'Ada' }));
        }
      });
      const found = await stores.userQueries.search({
        email: Email.canonicalize('ada'),
        name: 'ada',
        limit: 3,
        after: { by: 'email', key: 'ada.99@example.com', id: userId(99) },
      });
      assert.deepEqual(
        found.map(({ by, user }) => [by, user.email]),
        [
          ['email', 'ada.9@example.com'],
          ['name', 'zoe@example.com'],
        ],
      );
    });

    it('finds by the name that a user has now', async () => {
      await using stores = await open();
      await come(stores, 1);
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save((await users.get(userId(1))).rename(UserName.parse('Renamed')));
      });
      const search = (name: string) =>
        stores.userQueries.search({ email: Email.canonicalize(name), name, limit: 9 }).then(({ length }) => length);
      assert.deepEqual([await search('renamed'), await search('ada lovelace')], [1, 0]);
    });

    it('finds users by their ids, without those that there are not', async () => {
      await using stores = await open();
      await come(stores, 1, 2, 3);
      const found = await stores.userQueries.listByIds([userId(3), userId(9), userId(1)]);
      assert.deepEqual(numbersOf(found).sort(), [1, 3]);
    });

    it('lists the people with a role in the order of their accounts', async () => {
      await using stores = await open();
      await come(stores, 1, 2, 3, 4);
      assert.deepEqual(await stores.userQueries.listStaff(), []);
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save((await users.get(userId(3))).withRole('admin', NEW_YEAR).asSample());
        await users.save((await users.get(userId(1))).withRole('reader', NEW_YEAR));
        await users.save((await users.get(userId(4))).withRole('support', NEW_YEAR));
      });
      await stores.unitOfWork.run(async ({ users }) => users.save((await users.get(userId(4))).withoutRole()));
      assert.deepEqual(await stores.userQueries.listStaff(), [
        {
          id: userId(1),
          email: 'User1@example.com',
          role: 'reader',
          since: NEW_YEAR,
          isSample: false,
          hasSecondFactor: false,
        },
        {
          id: userId(3),
          email: 'User3@example.com',
          role: 'admin',
          since: NEW_YEAR,
          isSample: true,
          hasSecondFactor: false,
        },
      ]);
    });

    it('takes an address as it is, without wildcards', async () => {
      await using stores = await open();
      await come(stores, 1, 2);
      for (const raw of ['user_@example.com', '%', 'user1', "' or 1=1 --", '']) {
        assert.deepEqual(await stores.userQueries.list({ limit: 10, email: Email.canonicalize(raw) }), [], raw);
      }
    });
  });
};

const userId = (n: number): UserId => UserId.parse(anId(n));

const come = ({ unitOfWork }: OpenStores, ...numbers: number[]): Promise<void> =>
  unitOfWork.run(async ({ users }) => {
    for (const n of numbers) await users.save(aUser({ id: anId(n), email: `User${n}@example.com` }));
  });

const leave = ({ unitOfWork }: OpenStores, ...numbers: number[]): Promise<void> =>
  unitOfWork.run(async ({ users }) => {
    for (const n of numbers) await users.remove(userId(n));
  });

const numbersOf = (views: readonly UserView[]): number[] => views.map(({ email }) => Number(/\d+/.exec(email)?.[0]));
