import assert from 'node:assert/strict';
import type { AuditAction, AuditEntry } from '../../src/domain/audit/audit-entry.ts';
import { canonicalJson } from '../../src/domain/shared/canonical-json.ts';

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * @property id the columns that identify a row
 * @property unaudited columns that may change without an entry
 * @property subjects one of which the entry must name: `license:<id>`, or `user:` for any user
 */
type AuditedTable = Readonly<{
  id: readonly string[];
  unaudited: readonly string[];
  subjects: (row: Row, rows: Readonly<{ licenses: readonly Row[] }>) => readonly string[];
}>;

const ofUser = ({ user_id: id }: Row): readonly string[] => [`user:${id}`];

/** The tables whose changes are in the audit log. */
export const AUDITED_TABLES = {
  users: { id: ['id'], unaudited: ['version'], subjects: ({ id }) => [`user:${id}`] },
  sessions: {
    id: ['id'],
    // The last ones are copies of columns of the user.
    unaudited: ['last_seen_at', 'user_email', 'user_role', 'user_is_sample', 'user_mfa'],
    subjects: ofUser,
  },
  password_resets: { id: ['user_id'], unaudited: [], subjects: ofUser },
  confirmations: {
    id: ['token_hash'],
    unaudited: [],
    // A registration opens the account in the unit of work that takes its confirmation.
    subjects: (row) => (row.user_id === null ? ['registration:', 'user:'] : ofUser(row)),
  },
  licenses: {
    id: ['id'],
    unaudited: ['version', 'last_validated_at'],
    subjects: (row) => [`license:${row.id}`, ...ofUser(row)],
  },
  license_activations: {
    id: ['license_id', 'fingerprint'],
    unaudited: ['last_seen_at'],
    subjects: ({ license_id: id }, { licenses }) => [
      `license:${id}`,
      ...licenses.filter((license) => license.id === id).flatMap(ofUser),
    ],
  },
  api_tokens: {
    id: ['id'],
    unaudited: ['version', 'last_used_at', 'last_used_ip'],
    subjects: ({ id, owner_id: owner }) => [`token:${id}`, `user:${owner}`],
  },
  // Another sealing key is one entry about the store.
  second_factors: { id: ['user_id'], unaudited: [], subjects: (row) => [...ofUser(row), 'store:'] },
  recovery_codes: { id: ['user_id', 'hash'], unaudited: [], subjects: ofUser },
  signing_keys: { id: ['kid'], unaudited: ['max_ttl_ms', 'max_ttl_s'], subjects: () => ['signing_key:', 'store:'] },
} as const satisfies Readonly<Record<string, AuditedTable>>;

export type AuditedTableName = keyof typeof AUDITED_TABLES;
export type AuditedRows = Readonly<Record<AuditedTableName, readonly Row[]>>;

/** What is worth an entry although it changes no audited table. */
const WITHOUT_CHANGE: readonly AuditAction[] = [
  'audit.exported',
  'audit.purged',
  'keys.resealed',
  'license.key_shown',
  'license.mailed',
  'limit.reached',
  'list.exported',
  'registration.requested',
  'user.confirmation_sent',
  'user.exported',
];

/**
 * Checks the entries of one unit of work: each change of an audited table has one that names its subject, no subject has
 * two, and none has an entry without a change.
 * @throws {AssertionError}
 */
export const assertAudited = (before: AuditedRows, after: AuditedRows, entries: readonly AuditEntry[]): void => {
  const named = entries.map((entry) => {
    const { action, subject } = entry.toSnapshot();
    return { action, name: `${subject.kind}:${subject.id ?? ''}` };
  });
  const described = `The entries are ${named.map(({ action, name }) => `${action} of ${name}`).join(', ') || 'none'}.`;
  for (const { table, row, subjects } of changedRows(before, after, { ignoresRehash: true })) {
    // The first key is made at the start.
    if (table === 'signing_keys' && before.signing_keys.length === 0) continue;
    const hasEntry = named.some(({ name }) => subjects.some((subject) => isNamed(subject, name)));
    assert.ok(hasEntry, `${table} has changed without an audit entry: ${row}. ${described}`);
  }
  const changes = changedRows(before, after, { ignoresRehash: false });
  const reporting = named.filter(({ action }) => !WITHOUT_CHANGE.includes(action));
  for (const [nth, { action, name }] of reporting.entries()) {
    const first = reporting.findIndex((other) => other.name === name);
    assert.equal(first, nth, `Two entries of one unit of work have one subject. ${described}`);
    const hasChange = changes.some(({ subjects }) => subjects.some((subject) => isNamed(subject, name)));
    assert.ok(hasChange, `${action} of ${name} reports no change of an audited table. ${described}`);
  }
};

/** @param ignoresRehash a hash with other parameters is no change; a password may be changed after the parameters, too */
const changedRows = (before: AuditedRows, after: AuditedRows, { ignoresRehash }: { ignoresRehash: boolean }) =>
  (Object.entries(AUDITED_TABLES) as [AuditedTableName, AuditedTable][]).flatMap(([table, audited]) => {
    const idOf = (row: Row): string => canonicalJson(audited.id.map((column) => row[column]));
    // In memory, a row that is stored unchanged is the same object.
    const kept = new Set(before[table]).intersection(new Set(after[table]));
    const [was, is] = [before, after].map(
      (rows) => new Map(rows[table].filter((row) => !kept.has(row)).map((row) => [idOf(row), row])),
    );
    const ids = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
    return [...ids].flatMap((id) => {
      const [old, fresh] = [was?.get(id), is?.get(id)];
      if (!isChanged(old, fresh, { ...audited, ignoresRehash })) return [];
      const subjects = fresh === undefined ? audited.subjects(old as Row, before) : audited.subjects(fresh, after);
      return { table, row: id, subjects };
    });
  });

const isChanged = (
  old: Row | undefined,
  fresh: Row | undefined,
  { unaudited, ignoresRehash }: Pick<AuditedTable, 'unaudited'> & { ignoresRehash: boolean },
): boolean => {
  if (old === undefined || fresh === undefined) return true;
  return Object.keys({ ...old, ...fresh }).some((column) => {
    if (unaudited.includes(column) || canonicalJson(old[column] ?? null) === canonicalJson(fresh[column] ?? null)) {
      return false;
    }
    return column !== 'password_hash' || !ignoresRehash || !isRehash(old[column], fresh[column]);
  });
};

/** Other parameters: the same password, whose hash follows the settings. */
const isRehash = (old: unknown, fresh: unknown): boolean =>
  typeof old === 'string' && typeof fresh === 'string' && parametersOf(old) !== parametersOf(fresh);

const parametersOf = (hash: string): string => hash.split('$').slice(0, 4).join('$');

const isNamed = (subject: string, name: string): boolean =>
  subject.endsWith(':') ? name.startsWith(subject) : name === subject;
