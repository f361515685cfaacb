import { MemoryStores } from '../../src/adapters/driven/memory/memory-stores.ts';
import { MemoryTables } from '../../src/adapters/driven/memory/memory-tables.ts';
import { canonicalJson } from '../../src/domain/shared/canonical-json.ts';
import type { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { Retention } from '../../src/ports/retention.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { type AuditedRow, type AuditedState, assertAudited } from './audited-changes.ts';

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
      const before = new MemoryTables(tablesOf(stores));
      let isPurge = false;
      const retention: Retention = {
        purge(cutoffs) {
          isPurge = true;
          return stores.retention.purge(cutoffs);
        },
      };
      const result = await work({ ...stores, retention });
      const after = tablesOf(stores);
      // Rows at the end of their time are removed without an entry.
      if (!isPurge) assertAudited(stateOf(before, before), stateOf(after, before), newEntries(before, after));
      return result;
    });
  }
}

/** The tables of the unit of work. */
const tablesOf = (stores: Stores): MemoryTables => Reflect.get(stores.users, 'tables');

const newEntries = (before: MemoryTables, after: MemoryTables) =>
  [...after.auditEntries].flatMap(([id, { entry }]) => (before.auditEntries.has(id) ? [] : [entry]));

const stateOf = (tables: MemoryTables, before: MemoryTables): AuditedState => {
  const state = new Map<string, AuditedRow>();
  const add = (key: string, row: object, ...subjects: string[]): void => {
    state.set(key, { text: canonicalJson(row), subjects });
  };
  for (const [id, { version, passwordHash, ...row }] of tables.users) {
    const isRehash = isRehashed(before.users.get(id)?.passwordHash, passwordHash);
    add(
      `user ${id}`,
      { ...row, passwordHash: isRehash ? before.users.get(id)?.passwordHash : passwordHash },
      `user:${id}`,
    );
  }
  for (const [id, { lastSeenAt, ...row }] of tables.sessions) add(`session ${id}`, row, `user:${row.userId}`);
  for (const [userId, row] of tables.passwordResets) add(`password reset of ${userId}`, row, `user:${userId}`);
  for (const [token, row] of tables.confirmations) {
    // A registration opens the account in the same unit of work.
    add(`confirmation ${token}`, row, ...(row.userId === null ? ['registration:', 'user:'] : [`user:${row.userId}`]));
  }
  for (const [id, { version, lastValidatedAt, ...row }] of tables.licenses) {
    add(`license ${id}`, row, `license:${id}`, `user:${row.userId}`);
  }
  for (const [seat, row] of tables.activations) {
    const owner = (tables.licenses.get(row.licenseId) ?? before.licenses.get(row.licenseId))?.userId;
    add(`activation ${seat}`, row, `license:${row.licenseId}`, `user:${owner}`);
  }
  for (const [id, { version, lastUsedAt, lastUsedIp, ...row }] of tables.apiTokens) {
    add(`token ${id}`, row, `token:${id}`, ...(row.ownerId === null ? [] : [`user:${row.ownerId}`]));
  }
  for (const [kid, { maxTtlMs, ...row }] of tables.signingKeys) {
    // The first key is made at the start.
    const isOptional = before.signingKeys.size === 0;
    state.set(`signing key ${kid}`, { text: canonicalJson(row), subjects: ['signing_key:'], isOptional });
  }
  return state;
};

/** A hash with other parameters is of the same password, unless it is checked otherwise. */
const isRehashed = (before: PasswordHash | null | undefined, after: PasswordHash | null): boolean =>
  before != null && after != null && parametersOf(before) !== parametersOf(after);

const parametersOf = (hash: PasswordHash): string => hash.split('$').slice(0, 4).join('$');
