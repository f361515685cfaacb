import type { ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { ListUsers, UsersById } from '../../../../application/user/list-users.ts';
import type { AuditAction, AuditActor, AuditChange } from '../../../../domain/audit/audit-entry.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { timeline } from './components.ts';
import { formatDate, time } from './format.ts';
import { type Html, html } from './html.ts';
import type { PageRequest } from './page-request.ts';

/** An event of a timeline with its time, so that events of several sources can be sorted. */
export type TimedEvent = Parameters<typeof timeline>[0][number] & Readonly<{ at: Instant }>;

/** Entries that a timeline shows. The audit log has all of them. */
const SHOWN = 15;

/** The entries about a subject, newest first; none for people without access to the log. */
export const readTimeline = async (
  page: PageRequest,
  { readAuditLog, listUsers }: Readonly<{ readAuditLog: ReadAuditLog; listUsers: ListUsers }>,
  filter: Readonly<{ subject: string; subjectKind: 'license' | 'user' }>,
): Promise<readonly TimedEvent[] | undefined> => {
  const { caller, now } = page;
  if (!page.can('audit:read')) return undefined;
  const { items } = await readAuditLog.list({ caller, limit: SHOWN, ...filter });
  const entries = items.map(({ entry }) => entry.toSnapshot());
  const ids = entries.flatMap(({ actor }) => (isPerson(actor) ? (actor.id ?? []) : []));
  const people = await listUsers.ofIds({ caller, ids });
  return entries.map(({ at, action, actor, changes }) => ({
    at,
    what: html`${ACTION_WORDS[action]}${changesOf(action, changes)}`,
    whoAndWhen: html`${actorWords(actor, people)} · ${time(at, now)}`,
    kind: KINDS[action],
  }));
};

export const isPerson = ({ kind }: AuditActor): boolean => kind === 'staff' || kind === 'person';

/** `ines@example.com, admin`. */
export const actorWords = ({ kind, id, name }: AuditActor, people: UsersById): string => {
  const person = people.get(id ?? '');
  if (person !== undefined) return name === undefined ? person.email : `${person.email}, ${name}`;
  if (kind === 'system') return `system, ${name}`;
  return (
    { root: 'the administrator’s key', token: 'an API token', license: 'the application', anonymous: 'not logged in' }[
      kind as string
    ] ?? 'a deleted account'
  );
};

/** Entries whose values say more than the name of the action. */
const DETAILED: ReadonlySet<AuditAction> = new Set([
  'license.changed',
  'license.renewed',
  'staff.added',
  'staff.changed',
  'token.changed',
]);

const changesOf = (action: AuditAction, changes: readonly AuditChange[]): Html | false => {
  if (!DETAILED.has(action)) return false;
  const shown = changes.map((change) => {
    const field = change.field.replaceAll('_', ' ');
    return change.changed === true ? field : `${field} ${shownValue(change.before)} → ${shownValue(change.after)}`;
  });
  return shown.length > 0 && html`<small>${shown.join(', ')}</small>`;
};

export const shownValue = (value: string | number | boolean | readonly string[] | undefined): string => {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ');
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? formatDate(value) : String(value);
};

const KINDS: Partial<Record<AuditAction, 'good' | 'warn'>> = {
  'license.issued': 'good',
  'license.reinstated': 'good',
  'license.renewed': 'good',
  'license.revoked': 'warn',
  'license.suspended': 'warn',
  'user.banned': 'warn',
  'user.registered': 'good',
  'user.unbanned': 'good',
};

/** Names of the actions of the audit log, for people. */
export const ACTION_WORDS: Readonly<Record<AuditAction, string>> = {
  'activation.created': 'Seat taken',
  'activation.removed': 'Seat freed',
  'audit.exported': 'Audit log exported',
  'audit.purged': 'Old entries of the audit log removed',
  'keys.resealed': 'Secrets encrypted again',
  'license.changed': 'Terms changed',
  'license.issued': 'Issued',
  'license.key_shown': 'Key shown',
  'license.mailed': 'Key sent by email',
  'license.reinstated': 'Reinstated',
  'license.renewed': 'Renewed',
  'license.revoked': 'Revoked',
  'license.suspended': 'Suspended',
  'limit.reached': 'Limit reached',
  'list.exported': 'List exported',
  'mfa.disabled': 'Second factor removed',
  'mfa.enabled': 'Second factor set up',
  'mfa.recovery_codes_replaced': 'Recovery codes replaced',
  'mfa.reset': 'Second factor reset',
  'mfa.started': 'Setup of a second factor begun',
  'registration.requested': 'Registration requested',
  'session.begun': 'Logged in',
  'session.elevated': 'Confirmed by password',
  'session.ended': 'Session ended',
  'signing_key.created': 'Signing key created',
  'signing_key.rotated': 'Signing key rotated',
  'staff.added': 'Role given',
  'staff.changed': 'Role changed',
  'staff.removed': 'Role taken away',
  'token.changed': 'API token changed',
  'token.created': 'API token created',
  'token.revoked': 'API token revoked',
  'token.rotated': 'API token rotated',
  'user.banned': 'Banned',
  'user.confirmation_sent': 'Confirmation sent',
  'user.created': 'Created',
  'user.deleted': 'Deleted',
  'user.email_change_cancelled': 'Change of the address cancelled',
  'user.email_change_requested': 'Change of the address requested',
  'user.email_changed': 'Address changed',
  'user.email_confirmed': 'Address confirmed',
  'user.exported': 'Data exported',
  'user.imported': 'Imported',
  'user.password_changed': 'Password changed',
  'user.password_reset': 'Password reset',
  'user.password_reset_requested': 'Password reset requested',
  'user.registered': 'Registered',
  'user.unbanned': 'Unbanned',
  'user.updated': 'Account changed',
};
