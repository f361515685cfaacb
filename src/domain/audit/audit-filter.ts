import type { CallerKind } from '../access/caller.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { type Message, message } from '../shared/message.ts';
import { UUID } from '../shared/uuid.ts';
import { AUDIT_ACTIONS, AUDIT_ACTOR_KINDS, type AuditAction, type AuditSubjectKind } from './audit-entry.ts';

/** A period, half-open. Each end may be absent. */
export type AuditPeriod = Readonly<{ from?: Instant | undefined; to?: Instant | undefined }>;

/** Which entries a list shows. */
export type AuditFilter = AuditPeriod &
  Readonly<{
    /** One action, or all of a prefix. */
    actions?: readonly AuditAction[] | undefined;
    /** Id of the actor. */
    actor?: string | undefined;
    actorKind?: CallerKind | undefined;
    /** Id of the subject. */
    subject?: string | undefined;
    subjectKind?: AuditSubjectKind | undefined;
    requestId?: string | undefined;
  }>;

/** Values of the filter for actions: an action, or the actions of one prefix as `license.*`. */
export const AUDIT_ACTION_FILTERS: readonly string[] = [
  ...new Set(AUDIT_ACTIONS.map((action) => `${action.split('.', 1)[0]}.*`)),
  ...AUDIT_ACTIONS,
];

export type RawAuditPeriod = Readonly<{ from?: string | undefined; to?: string | undefined }>;

/** A filter as a client gives it. Moments are RFC 3339, UTC, in whole seconds. */
export type RawAuditFilter = RawAuditPeriod &
  Omit<AuditFilter, 'actions' | 'actorKind' | 'from' | 'to'> &
  Readonly<{ action?: string | undefined; actorKind?: string | undefined }>;

/** @throws {DomainError} request.invalid: a moment is malformed, or `from` is not before `to` */
export const parseAuditPeriod = ({ from, to }: RawAuditPeriod): AuditPeriod => {
  const period = { from: parseMoment('from', from), to: parseMoment('to', to) };
  if (period.from !== undefined && period.to !== undefined && period.from >= period.to) {
    throw invalid(message`${'from'} must be before ${'to'}.`);
  }
  return period;
};

/** @throws {DomainError} request.invalid: as for a period; an unknown action or kind; or a kind beside nothing that an index finds */
export const parseAuditFilter = ({ action, actorKind, from, to, ...raw }: RawAuditFilter): AuditFilter => {
  const { actor, subject, requestId, subjectKind } = raw;
  const hasOther = [action, actor, subject, requestId, from, to].some((value) => value !== undefined);
  if (!hasOther && actorKind !== undefined) throw invalid(message`${'actorKind'} takes another filter beside it.`);
  if (!hasOther && subjectKind !== undefined) throw invalid(message`${'subjectKind'} takes another filter beside it.`);
  return {
    ...raw,
    actor: actor && canonicalId(actor),
    subject: subject && canonicalId(subject),
    actorKind: actorKind === undefined ? undefined : parseActorKind(actorKind),
    ...parseAuditPeriod({ from, to }),
    actions: action === undefined ? undefined : parseActions(action),
  };
};

/** A UUID in lower case, as the log contains it. Other ids, such as that of a signing key, are compared as they are. */
const canonicalId = (raw: string): string => (UUID.test(raw.toLowerCase()) ? raw.toLowerCase() : raw);

const parseActions = (filter: string): readonly AuditAction[] => {
  const actions = AUDIT_ACTIONS.filter((action) =>
    filter.endsWith('.*') ? action.startsWith(filter.slice(0, -1)) : action === filter,
  );
  if (actions.length === 0) {
    throw invalid(message`${'action'} must be an action of the audit log, or a prefix of some as user.*`);
  }
  return actions;
};

const parseActorKind = (raw: string): CallerKind => {
  const found = AUDIT_ACTOR_KINDS.find((kind) => kind === raw);
  if (found === undefined) throw invalid(message`${'actorKind'} must be one of ${AUDIT_ACTOR_KINDS}.`);
  return found;
};

const parseMoment = (name: 'from' | 'to', raw: string | undefined): Instant | undefined => {
  if (raw === undefined) return undefined;
  const at = Instant.unformat(raw);
  if (Instant.isValid(at)) return at;
  throw invalid(message`${name} must be a time as 2026-01-01T09:30:00Z.`);
};

const invalid = (detail: string | Message): DomainError => new DomainError('request.invalid', detail);
