import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anAuditEntry } from '../../../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { contentOf, rowsOf } from '../../../../../test/contracts/full-store.ts';
import { NEW_DATABASES, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { SealAuditEntries } from '../../../../application/audit/seal-audit-entries.ts';
import { VerifyAuditLog } from '../../../../application/audit/verify-audit-log.ts';
import { Caller } from '../../../../domain/access/caller.ts';
import { CHAIN_START, sealAfter } from '../../../../domain/audit/audit-chain.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import { sha256 } from '../../system/sha256-token-hasher.ts';
import { indexColumns } from '../repositories/kysely-audit-log.ts';
import type { Schema } from '../schema.ts';
import { migrateToLatest } from './migrate.ts';

/** Column names of the schema before 0004, by the names of today. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  message: 'letter',
  last_error: 'last_failure',
  max_ttl_s: 'longest_ttl_s',
  published_until: 'shown_until',
};

/** The rows of the old schema as the new one names them. `contentOf` parses JSON in the columns of today only. */
const upgraded = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      Object.keys(OLD_NAMES).find((name) => OLD_NAMES[name] === column) ?? column,
      column === 'letter' ? JSON.parse(value) : value,
    ]),
  );

/** Columns that later versions added, with their values in an old row. */
const ADDED: Readonly<Record<string, object>> = {
  users: {
    role: null,
    role_since: null,
    banned_at: null,
    ban_reason: null,
    mfa: 0,
    email_confirmed_at: null,
    pending_email: null,
    is_sample: 0,
    name_folded: null,
  },
  sessions: { elevated_until: null, user_email: '', user_role: null, user_is_sample: 0, user_mfa: 0 },
  password_resets: { confirms_email: 0 },
  licenses: { owner_banned: 0 },
  license_activations: { last_seen_at: null },
  pair_checks: { missing: null },
};

/** An old row with what later versions have added. A name in lower case follows from the name, an address from the user. */
const withAdded = (table: string, row: object): object => {
  const { name, user_id: userId } = row as { name?: string | null; user_id?: string };
  const follows: Record<string, object> = {
    users: { name_folded: name?.toLowerCase() ?? null },
    sessions: { user_email: NUMBERS.map((n) => rowsOf(n).users).find(({ id }) => id === userId)?.email },
  };
  return { ...row, ...ADDED[table], ...follows[table] };
};

const NUMBERS = Array.from({ length: 10 }, (_, index) => index + 1);

/** Tables that later versions added. */
const NEW_TABLES: ReadonlySet<string> = new Set([
  'idempotency_records',
  'confirmations',
  'api_tokens',
  'unsealed_audit_entries',
  'audit_entries',
  'audit_chain',
  'second_factors',
  'recovery_codes',
  'login_challenges',
  'known_networks',
  'expiry_notices',
  'store_facts',
  'daily_counts',
]);

const withoutAdded = (table: string, row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !(column in (ADDED[table] ?? {}))));

const renamed = (row: object, names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [names[column] ?? column, value]));

for (const [name, open] of NEW_DATABASES) {
  describe(`A ${name} store of version 0.1`, { timeout: 600_000 }, () => {
    it('opens with every row it had', async () => {
      await using store = await open();
      const { db } = store;
      const before0004 = Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0004'));
      await migrateToLatest(db, before0004);
      for (let n = 1; n <= 10; n += 1) {
        for (const [table, row] of Object.entries(rowsOf(n))) {
          if (NEW_TABLES.has(table)) continue;
          await db
            .insertInto(table as keyof Schema)
            .values(renamed(withoutAdded(table, row), OLD_NAMES) as never)
            .execute();
        }
      }
      const before = await contentOf(db);
      assert.match(JSON.stringify(before.outbox), /"letter":/, 'the old schema is in place');

      const taken = Object.keys(migrations).filter((step) => step >= '0004');
      assert.deepEqual(await migrateToLatest(db, migrations), taken);

      const expected = Object.entries(before).map(([table, rows]) => [
        table,
        new Set(rows.map((row) => withAdded(table, upgraded(row as object)))),
      ]);
      const content = Object.entries(await contentOf(db)).map(([table, rows]) => [table, new Set(rows)]);
      const added = [...NEW_TABLES].map((table) => [table, new Set()]);
      assert.deepEqual(Object.fromEntries(content), Object.fromEntries([...expected, ...added]));

      const { unitOfWork, signingKeyQueries, userQueries } = overDatabase(db);
      assert.deepEqual(await userQueries.listStaff(), []);
      const at = Instant.parse('2026-04-01T00:00:00.000Z');
      const claimed = await unitOfWork.run(({ outbox }) =>
        outbox.claim({ at, leaseUntil: at, latestDue: at, limit: 10 }),
      );
      assert.deepEqual(new Set(claimed.map(({ email }) => email?.kind)), new Set(['welcome']));
      assert.equal((await signingKeyQueries.findActive()).current?.kid, 'key-1');
    });

    it('opens as the version before roles left it, with every user as they were and without a role', async () => {
      await using store = await open();
      const { db } = store;
      const before0006 = Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0006'));
      await migrateToLatest(db, before0006);
      for (let n = 1; n <= 4; n += 1) {
        const { users, sessions } = rowsOf(n);
        await db
          .insertInto('users')
          .values(withoutAdded('users', users) as never)
          .execute();
        await db
          .insertInto('sessions')
          .values(withoutAdded('sessions', sessions) as never)
          .execute();
      }
      const before = await contentOf(db);
      await migrateToLatest(db, migrations);
      const after = await contentOf(db);
      assert.deepEqual(new Set(after.users), new Set(before.users?.map((row) => withAdded('users', row as object))));
      assert.deepEqual(
        new Set(after.sessions),
        new Set(before.sessions?.map((row) => withAdded('sessions', row as object))),
        'sessions go on, not elevated',
      );
      const { unitOfWork, userQueries } = overDatabase(db);
      assert.deepEqual(await userQueries.listStaff(), []);
      assert.deepEqual(
        await unitOfWork.run(({ users }) => users.lockAdmins({ confirmedOnly: false, refusesSamples: false })),
        [],
      );
    });

    it('opens with sessions that know their users, as the version left it whose sessions did not', async () => {
      await using store = await open();
      const { db } = store;
      await migrateToLatest(db, Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0025')));
      for (const { users, sessions } of NUMBERS.map(rowsOf)) {
        const { user_email: _1, user_role: _2, user_is_sample: _3, user_mfa: _4, ...session } = sessions;
        await db.insertInto('users').values(users).execute();
        await db
          .insertInto('sessions')
          .values(session as never)
          .execute();
      }
      await migrateToLatest(db, migrations);
      const { sessions } = await contentOf(db);
      assert.deepEqual(new Set(sessions), new Set(NUMBERS.map((n) => rowsOf(n).sessions)));
      const { unitOfWork } = overDatabase(db);
      await unitOfWork.run(({ users }) => users.remove(anId(1) as UserId));
      assert.equal((await contentOf(db)).sessions?.length, 9, 'sessions go with their user');
    });

    it('opens with its audit log as it was, sealed and not, which goes on from its head', async () => {
      await using store = await open();
      const { db } = store;
      await migrateToLatest(db, Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0022')));
      const entries = [1, 2, 3, 4].map((n) => anAuditEntry({ id: anId(n) }));
      let head = CHAIN_START;
      for (const [n, entry] of entries.entries()) {
        const { ip, userAgent } = entry.toSnapshot();
        const { seq, hash, prev, sealedAt } = sealAfter(head, entry, sha256, NEW_YEAR);
        const place = n < 3 ? { seq, prev, hash, sealed_at: sealedAt } : {};
        const row = { ...indexColumns(entry), entry: entry.text, ip, user_agent: userAgent, ...place };
        await db
          .insertInto('audit_entries')
          .values(row as never)
          .execute();
        if (n < 3) head = { seq, hash, at: NEW_YEAR };
      }
      await db.insertInto('audit_chain').values({ name: 'head', seq: 3, hash: head.hash, at: NEW_YEAR }).execute();
      await migrateToLatest(db, migrations);

      const { auditQueries, unitOfWork } = overDatabase(db);
      const listed = await auditQueries.list({ filter: { subject: entries[0]?.toSnapshot().subject.id }, limit: 10 });
      assert.deepEqual(
        listed.map(({ entry, seal }) => [entry.text, entry.toSnapshot().ip, seal?.seq]),
        entries.map(({ text }, n) => [text, '2001:db8::1', n < 3 ? n + 1 : undefined]).reverse(),
      );
      await new SealAuditEntries({ auditQueries, unitOfWork, clock: new FixedClock(NEW_YEAR), sha256 }).execute();
      const result = await new VerifyAuditLog({ auditQueries, sha256 }).ofStore({ caller: Caller.root() });
      assert.deepEqual([result.end.seq, result.broken], [4, undefined]);
    });

    it('opens as the version before bans left it, with no user banned and no license marked', async () => {
      await using store = await open();
      const { db } = store;
      await migrateToLatest(db, Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0009')));
      const { users, licenses } = rowsOf(1);
      await db
        .insertInto('users')
        .values(withoutAdded('users', { ...users, role: null }) as never)
        .execute();
      await db
        .insertInto('licenses')
        .values(withoutAdded('licenses', licenses) as never)
        .execute();
      await migrateToLatest(db, migrations);
      const { userQueries, unitOfWork } = overDatabase(db);
      const [user] = await userQueries.list({ limit: 10 });
      assert.equal(user?.ban, null);
      const marked = (isBanned: boolean) =>
        unitOfWork.run(({ licenses }) => licenses.markOwnerBanned(user?.id as UserId, isBanned));
      assert.deepEqual([await marked(false), await marked(true)], [0, 1]);
    });
  });
}
