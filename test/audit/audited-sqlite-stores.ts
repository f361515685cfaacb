import type { Database } from 'better-sqlite3';
import type { OpenStores } from '../../src/composition/wiring/open.ts';
import { AuditEntry } from '../../src/domain/audit/audit-entry.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import type { OpenDatabase } from '../contracts/open-sqlite-file.ts';
import { AUDITED_TABLES, type AuditedRows, assertAudited, type Row } from './audited-changes.ts';
import { watchPurge } from './audited-memory-stores.ts';

/** The stores of a file, for one unit of work at a time, which check what {@link AuditedMemoryStores} check. */
export const auditedSqliteStores = ({ stores, database }: OpenDatabase): OpenStores => {
  const unitOfWork: UnitOfWork = {
    async run(work) {
      const [before, earlier] = [rowsIn(database), entriesIn(database)];
      let isPurge = () => false;
      const result = await stores.unitOfWork.run((inside) => {
        const purge = watchPurge(inside);
        isPurge = purge.isPurge;
        return work(purge.watched);
      });
      const entries = [...entriesIn(database)].flatMap(([id, text]) => (earlier.has(id) ? [] : [text]));
      if (!isPurge()) {
        const restored = entries.map((text) => AuditEntry.fromStore(text, {}));
        assertAudited(before, rowsIn(database), restored);
      }
      return result;
    },
  };
  const { health: storeHealth, wipe: storeWipe, ...others } = stores;
  return { ...others, storeHealth, storeWipe, unitOfWork, migrate: async () => [], close: async () => {} };
};

const rowsIn = (database: Database): AuditedRows => {
  const tables = Object.keys(AUDITED_TABLES).map((table) => [table, database.prepare(`select * from ${table}`).all()]);
  return Object.fromEntries(tables) as Record<keyof AuditedRows, readonly Row[]>;
};

const entriesIn = (database: Database): ReadonlyMap<string, string> => {
  const rows = database
    .prepare('select id, entry from unsealed_audit_entries union all select id, entry from audit_entries')
    .raw()
    .all();
  return new Map(rows as [string, string][]);
};

export const tablesIn = (database: Database): readonly string[] =>
  database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    .pluck()
    .all() as string[];
