import type { CallerKind } from '../access/caller.ts';
import type { Brand } from '../shared/brand.ts';
import { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import { idParser } from '../shared/uuid.ts';

/** Recorded actions. A closed list. */
export const AUDIT_ACTIONS = [
  'user.registered',
  'user.created',
  'user.imported',
  'user.updated',
  'user.email_changed',
  'user.password_changed',
  'user.password_reset_requested',
  'user.password_reset',
  'user.deleted',
  'user.banned',
  'user.unbanned',
  'user.confirmation_sent',
  'user.email_confirmed',
  'user.email_change_requested',
  'user.email_change_cancelled',
  'user.exported',
  'session.begun',
  'session.ended',
  'session.elevated',
  'license.issued',
  'license.changed',
  'license.suspended',
  'license.reinstated',
  'license.revoked',
  'license.renewed',
  'license.key_shown',
  'license.mailed',
  'activation.created',
  'activation.removed',
  'token.created',
  'token.changed',
  'token.rotated',
  'token.revoked',
  'staff.added',
  'staff.changed',
  'staff.removed',
  'signing_key.created',
  'signing_key.rotated',
  'keys.resealed',
  'mfa.started',
  'mfa.enabled',
  'mfa.disabled',
  'mfa.reset',
  'mfa.recovery_codes_replaced',
  'registration.requested',
  'limit.reached',
  'list.exported',
  'audit.exported',
  'audit.purged',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `user`: also sessions, resets, second factors and confirmations. `license`: also activations. `limit`: its id is the name
 * of the policy. `store`: has no id.
 */
export const AUDIT_SUBJECT_KINDS = [
  'user',
  'license',
  'token',
  'signing_key',
  'registration',
  'limit',
  'store',
] as const;

export type AuditSubjectKind = (typeof AUDIT_SUBJECT_KINDS)[number];

export const AUDIT_ACTOR_KINDS = [
  'root',
  'staff',
  'token',
  'person',
  'license',
  'system',
  'anonymous',
] as const satisfies readonly CallerKind[];

/** UUIDv7: sorted by id, entries are sorted by time. */
export type AuditEntryId = Brand<string, 'AuditEntryId'>;

export const AuditEntryId = idParser<AuditEntryId>('audit entry id');

/**
 * @property id the user, token or license; absent for other callers
 * @property name the role of staff; `cli`, `worker` or `server` for the system; else absent
 */
export type AuditActor = Readonly<{ kind: CallerKind; id?: string | undefined; name?: string | undefined }>;

export type AuditSubject = Readonly<{ kind: AuditSubjectKind; id?: string | undefined }>;

type AuditValue = string | number | boolean | readonly string[] | undefined;

/**
 * A changed field by its public name: with its values, where an absent one is `undefined`, or without them where they are
 * personal or secret.
 */
export type AuditChange = Readonly<
  { field: string; before?: AuditValue; after?: AuditValue; changed?: never } | { field: string; changed: true }
>;

/** @property ip of the client; it and `userAgent` are not part of the text, so that they can be erased */
export type AuditEntrySnapshot = Readonly<{
  id: AuditEntryId;
  /** In whole seconds. */
  at: Instant;
  actor: AuditActor;
  action: AuditAction;
  subject: AuditSubject;
  requestId?: string | undefined;
  changes: readonly AuditChange[];
  ip?: string | undefined;
  userAgent?: string | undefined;
}>;

/**
 * JCS of an entry: the members are written in their order, and left out where they are `undefined`.
 * perf: an entry takes 5 µs; 16 µs where its members are sorted each time.
 */
const canonicalText = ({ action, actor, at, changes, id, requestId, subject }: AuditEntrySnapshot): string =>
  JSON.stringify({
    action,
    actor: { id: actor.id, kind: actor.kind, name: actor.name },
    at: Instant.format(at),
    changes: changes.map(
      ({ after, before, changed, field }: AuditChange & { after?: AuditValue; before?: AuditValue }) => ({
        after,
        before,
        changed,
        field,
      }),
    ),
    id,
    request_id: requestId,
    subject: { id: subject.id, kind: subject.kind },
    v: 1,
  });

/** The record of one change: which caller did what to which subject. Immutable. */
export class AuditEntry {
  readonly #state: AuditEntrySnapshot;
  /** JCS (RFC 8785) of the entry: what is stored and, with its place in the chain, hashed. */
  readonly text: string;

  private constructor(state: AuditEntrySnapshot, text: string) {
    this.#state = state;
    this.text = text;
  }

  /** Begins an entry. Its time is rounded down to the second. */
  static record(input: AuditEntrySnapshot): AuditEntry {
    const { action, subject } = input;
    const hasId = subject.id !== undefined && subject.id !== '';
    invariant(hasId === (subject.kind !== 'store'), `The subject of ${action} is ${subject.kind} "${subject.id}"`);
    const at = Instant.wholeSecond(input.at);
    return new AuditEntry({ ...input, at }, canonicalText({ ...input, at }));
  }

  /** Restores a stored entry. For stores only. */
  static fromStore(text: string, client: Readonly<{ ip?: string | undefined; userAgent?: string | undefined }>) {
    const { id, at, actor, action, subject, request_id: requestId, changes } = JSON.parse(text);
    const seconds = Instant.parse(Instant.unformat(String(at)));
    return new AuditEntry({ id, at: seconds, actor, action, subject, requestId, changes, ...client }, text);
  }

  get id(): AuditEntryId {
    return this.#state.id;
  }

  /** Address and user agent are not part of what was hashed. */
  withoutClient(): AuditEntry {
    return new AuditEntry({ ...this.#state, ip: undefined, userAgent: undefined }, this.text);
  }

  toSnapshot(): AuditEntrySnapshot {
    return this.#state;
  }
}
