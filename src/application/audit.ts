import type { Caller } from '../domain/access/caller.ts';
import {
  type AuditAction,
  type AuditActor,
  type AuditChange,
  AuditEntry,
  AuditEntryId,
  type AuditSubject,
} from '../domain/audit/audit-entry.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { Ports } from '../ports/ports.ts';
import type { Stores } from '../ports/unit-of-work.ts';
import type { Client } from './client.ts';

/** A caller, or what is known of one: a log-in has no session before it. */
export type ActingCaller = Pick<Caller, 'kind' | 'id'> & Partial<Pick<Caller, 'role' | 'program'>>;

/** Requests without a session, such as a registration. */
export const ANONYMOUS: ActingCaller = { kind: 'anonymous', id: '' };

/** @property changes see `userChanges`, `licenseChanges`, `activationChanges` and `counted` */
export type AuditRecord = Readonly<{
  caller: ActingCaller;
  /** `undefined`: work that no request has asked for. */
  client: (Pick<Client, 'requestId'> & Partial<Client>) | undefined;
  action: AuditAction;
  subject: AuditSubject;
  changes: readonly AuditChange[];
  at: Instant;
}>;

/** As many characters as a session keeps. */
const MAX_USER_AGENT_LENGTH = 200;

/**
 * Writes the audit entry of a change, in the unit of work of the change. Each use case writes one for each subject, and
 * none where nothing has changed.
 */
export const recordAudit = (
  { idGenerator }: Pick<Ports, 'idGenerator'>,
  { audit }: Pick<Stores, 'audit'>,
  { caller, client, action, subject, changes, at }: AuditRecord,
): Promise<void> =>
  audit.append(
    AuditEntry.record({
      id: AuditEntryId.parse(idGenerator.next()),
      at,
      actor: actorOf(caller, subject),
      action,
      subject,
      changes,
      requestId: client?.requestId,
      // The system has no network address.
      ...(client === undefined || caller.kind === 'system' ? {} : addressOf(client)),
    }),
  );

/** An application with a license key acts for that license and for no other, so its id is the subject's. The key stays out. */
const actorOf = ({ kind, id, role, program }: ActingCaller, subject: AuditSubject): AuditActor => {
  const ownId = kind === 'license' ? subject.id : id;
  const name = kind === 'staff' ? role : program;
  return { kind, ...(ownId ? { id: ownId } : {}), ...(name === undefined ? {} : { name }) };
};

const addressOf = ({ ip, userAgent }: Partial<Client>) => ({
  ip,
  userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH) || undefined,
});
