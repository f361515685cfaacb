import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anAuditEntry } from '../../../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { NEW_DATABASES } from '../../../../../test/contracts/open-stores.ts';
import { withTurns } from '../../../../../test/doubles/event-loop-turns.ts';
import { AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import type { AuditFilter } from '../../../../domain/audit/audit-filter.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { indexColumns } from './kysely-audit-log.ts';
import { KyselyAuditQueries } from './kysely-audit-queries.ts';
import { batchesOf } from './rows.ts';

const MANY = 5_000;
const [STAFF, LICENSE] = [anId(7), anId(8)];

const minute = (nth: number): Instant => Instant.plusMs(NEW_YEAR, nth * 60_000);

/** Staff has suspended one license again and again, and seldom done anything else. */
const entryOf = (nth: number) => {
  const entry = { id: anId(nth), at: minute(nth) };
  // The last one of the first step from the newest on, and one far away.
  if (nth === MANY - 499 || nth === 700) return anAuditEntry({ ...entry, action: 'license.revoked' });
  if (nth === 701) return anAuditEntry({ ...entry, actor: { kind: 'token', id: anId(9) } });
  return anAuditEntry(entry);
};

describe('KyselyAuditQueries', () => {
  for (const [store, openNew] of NEW_DATABASES) {
    it(`finds the few of many entries that pass all filters, and lets other work go on meanwhile: ${store}`, async () => {
      await using database = await openNew();
      const { db } = database;
      await migrateToLatest(db, migrations);
      const rows = Array.from({ length: MANY }, (_, index) => {
        const entry = entryOf(index + 1);
        const seal = { seq: index + 1, prev: 'prev', hash: 'hash', sealed_at: NEW_YEAR };
        return { ...indexColumns(entry), ...seal, entry: entry.text, ip: null, user_agent: null };
      });
      for (const batch of batchesOf(rows, [500, 1])) await db.insertInto('audit_entries').values(batch).execute();
      const queries = new KyselyAuditQueries(db);
      const numbers = async (filter: AuditFilter, limit = 50, before?: number) => {
        const position = before === undefined ? {} : { before: AuditEntryId.parse(anId(before)) };
        const { result: found, turns } = await withTurns(() => queries.list({ filter, limit, ...position }));
        if (store === 'SQLite') assert.ok(turns > 1, `${turns} turns of the event loop`);
        return found.map(({ entry }) => Number.parseInt(entry.id.slice(-12), 16));
      };
      const revoked = ['license.revoked'] as const;
      assert.deepEqual(await numbers({ actor: STAFF, actions: revoked }), [MANY - 499, 700]);
      assert.deepEqual(await numbers({ subject: LICENSE, actions: revoked }), [MANY - 499, 700]);
      assert.deepEqual(await numbers({ subject: LICENSE, actions: revoked }, 50, MANY - 499), [700]);
      // By itself: its own range is that of a subject.
      assert.deepEqual(await numbers({ actor: LICENSE }), []);
      assert.deepEqual(await numbers({ subject: LICENSE, actorKind: 'token' }), [701]);
      assert.deepEqual(await numbers({ subject: LICENSE, actor: anId(9), subjectKind: 'license' }), [701]);
      assert.deepEqual(await numbers({ actions: ['license.suspended', ...revoked], actorKind: 'token' }), [701]);
      assert.deepEqual(await numbers({ actorKind: 'token' }, 1), [701]);
      assert.deepEqual(await numbers({ actorKind: 'token', from: minute(702) }), []);
      assert.deepEqual(await numbers({ actorKind: 'token', from: minute(600), to: minute(4_900) }), [701]);
    });
  }
});
