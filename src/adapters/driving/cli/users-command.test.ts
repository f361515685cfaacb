import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { guildhallWith } from '../../../../test/cli/guildhall-with.ts';
import { ListUsers } from '../../../application/user/list-users.ts';
import type { UserQueries, UserRecordView } from '../../../ports/user-queries.ts';
import type { CliUseCases } from './cli-deps.ts';

/** What the record of a user adds to the public fields. */
const ACTIVE = { status: 'active', ban: null, email_confirmed_at: null, pending_email: null, mfa: false };

/** Runs `guildhall users list <argv>` over what a directory holds. */
const usersList = async (userQueries: UserQueries, ...argv: string[]): Promise<string> => {
  const { exitCode, out, err } = await guildhallWith(['users', 'list', ...argv], {
    withStore: (_, work) => work({ listUsers: new ListUsers({ userQueries }) } as Partial<CliUseCases> as CliUseCases),
  });
  assert.deepEqual([exitCode, err], [0, '']);
  return out;
};

const crowd = async (size: number): Promise<UserQueries> => {
  const stores = new AuditedMemoryStores();
  await stores.arrange(async ({ users }) => {
    for (let n = 1; n <= size; n += 1) await users.save(aUser({ id: anId(n), email: `user${n}@example.com` }));
  });
  return stores.users;
};

const HOSTILE = 'Eve\u001b[2J\u0007\r\n\u2028\u009b31m\u202egnp.exe';
const HARMLESS = 'Eve\\u001b[2J\\u0007\\u000d\\u000a\\u2028\\u009b31m\\u202egnp.exe';

/** A row from another time, or another hand: no rule of today has seen it. */
const directoryWithEve: UserQueries = {
  findLogin: async () => ({ id: undefined, passwordHash: null, isBanned: false, isSample: false }),
  listHashParameters: async () => [],
  countUnconfirmed: async () => ({ count: 0, last: undefined }),
  listByIds: async () => [],
  search: async () => [],
  listStaff: async () => [],
  list: async () => [{ ...aUser().toSnapshot(), name: HOSTILE } as unknown as UserRecordView],
};

describe('guildhall users list', () => {
  it('shows people a table, in the order they came', async () => {
    const stores = new AuditedMemoryStores();
    await stores.arrange(async ({ users }) => {
      await users.save(aUser());
      const bob = aUser({ id: anId(2), email: 'Bob@example.com', name: null, age: null });
      await users.save(bob.ban(null, NEW_YEAR));
    });
    assert.equal(
      await usersList(stores.users),
      `email            name          age  since       status
ada@example.com  Ada Lovelace  36   2026-01-01  active
Bob@example.com                     2026-01-01  banned
2 users
`,
    );
  });

  it('prints scripts what GET /users answers, and no hash', async () => {
    const [ada] = JSON.parse(await usersList(await crowd(1), '--json'));
    const person = { id: anId(1), email: 'user1@example.com', name: 'Ada Lovelace', age: 36 };
    assert.deepEqual(ada, { ...person, created_at: '2026-01-01T00:00:00Z', ...ACTIVE });
  });

  it('reads all pages, up to --limit', async () => {
    const directory = await crowd(250);
    const emails = async (...argv: string[]) =>
      (JSON.parse(await usersList(directory, '--json', ...argv)) as UserRecordView[]).map(({ email }) => email);
    const all = Array.from({ length: 250 }, (_, index) => `user${index + 1}@example.com`);
    assert.deepEqual(await emails(), all);
    for (const limit of [1, 99, 100, 101, 250, 1_000]) {
      assert.deepEqual(await emails('--limit', String(limit)), all.slice(0, limit));
    }
    assert.match(await usersList(directory, '--limit', '1'), /\n1 user\n$/);
  });

  it('finds one person by address, whatever its case', async () => {
    const directory = await crowd(3);
    assert.match(await usersList(directory, '--email', 'USER2@Example.com'), /user2@example[.]com.*\n1 user\n$/);
    assert.equal(await usersList(directory, '--email', 'eve@example.com'), 'No user has this address.\n');
    assert.equal(await usersList(directory, '--email', 'not an address', '--json'), '[]\n');
  });

  it('reports an empty list', async () => {
    assert.equal(await usersList(await crowd(0)), 'There are no users.\n');
    assert.equal(await usersList(await crowd(0), '--json'), '[]\n');
  });

  it('lets no name disturb the terminal', async () => {
    const table = await usersList(directoryWithEve);
    const [head = '', ...lines] = table.split('\n');
    const names = lines.map((line) => line.slice(head.indexOf('name'), head.indexOf('age')).trim());
    assert.ok(names.join('').startsWith(HARMLESS), table);
    assert.doesNotMatch(table, /[^\P{Cc}\n]|[\u2028\u202e]/u);
    const json = await usersList(directoryWithEve, '--json');
    assert.doesNotMatch(json, /[^\P{Cc}\n]|[\u2028\u202e]/u);
    assert.equal(JSON.parse(json)[0].name, HOSTILE);
  });
});
