import assert from 'node:assert/strict';
import type { AuditAction, AuditEntry } from '../../src/domain/audit/audit-entry.ts';

/**
 * A row of an audited table.
 * @property text what must not change without an entry
 * @property subjects one of which the entry must name: `license:<id>`, or `user:` for any user
 * @property isOptional may change without an entry
 */
export type AuditedRow = Readonly<{ text: string; subjects: readonly string[]; isOptional?: boolean }>;

/** The rows of all audited tables, by table and id. */
export type AuditedState = ReadonlyMap<string, AuditedRow>;

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
export const assertAudited = (
  before: AuditedState,
  after: AuditedState,
  entries: readonly Pick<AuditEntry, 'toSnapshot'>[],
): void => {
  const records = entries.map((entry) => entry.toSnapshot());
  const named = records.map(({ subject: { kind, id } }) => `${kind}:${id ?? ''}`);
  const described = `The entries are ${records.map(({ action }, nth) => `${action} of ${named[nth]}`).join(', ') || 'none'}.`;
  const changed = changedRows(before, after);
  for (const [key, { subjects, isOptional }] of changed) {
    if (isOptional) continue;
    const hasEntry = named.some((name) => subjects.some((subject) => isNamed(subject, name)));
    assert.ok(hasEntry, `${key} has changed without an audit entry of ${subjects.join(' or ')}. ${described}`);
  }
  for (const [nth, name] of named.entries()) {
    const { action } = records[nth] as (typeof records)[number];
    if (WITHOUT_CHANGE.includes(action)) continue;
    assert.equal(named.indexOf(name), nth, `Two entries in one unit of work have one subject. ${described}`);
    const hasChange = [...changed.values()].some(({ subjects }) => subjects.some((subject) => isNamed(subject, name)));
    assert.ok(hasChange, `${action} of ${name} reports no change of an audited table. ${described}`);
  }
};

const changedRows = (before: AuditedState, after: AuditedState): AuditedState => {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const changed = [...keys].filter((key) => before.get(key)?.text !== after.get(key)?.text);
  return new Map(changed.map((key) => [key, (after.get(key) ?? before.get(key)) as AuditedRow]));
};

const isNamed = (subject: string, name: string): boolean =>
  subject.endsWith(':') ? name.startsWith(subject) : name === subject;
