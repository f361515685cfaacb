import { AUDIT_ACTIONS, AUDIT_ACTOR_KINDS, AUDIT_SUBJECT_KINDS } from '../../../../../domain/audit/audit-entry.ts';
import { AUDIT_ACTION_FILTERS } from '../../../../../domain/audit/audit-filter.ts';
import { closed, id, idInput, instant, named, oneOf, orNull, Type } from '../../openapi/schema.ts';
import { pageParameters } from '../pagination.ts';

const hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 in hex digits',
  examples: ['742ece1aae8e496317abef995baf0a7f8bf8995e93409b54dfc12cd741071800'],
});

const value = Type.Union([Type.String(), Type.Integer(), Type.Boolean(), Type.Array(Type.String())]);

const AuditChange = named('AuditChange', {
  field: Type.String({ description: 'Changed field', examples: ['status'] }),
  before: Type.Optional(value),
  after: Type.Optional(value),
  changed: Type.Optional(Type.Literal(true, { description: 'In place of values that are personal or secret' })),
});

export const AuditEntry = named('AuditEntry', {
  v: Type.Literal(1),
  id,
  seq: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Number in the chain. Absent until the entry is sealed', examples: [1] }),
  ),
  at: instant('Time of the change'),
  actor: Type.Object(
    {
      kind: oneOf(AUDIT_ACTOR_KINDS),
      id: Type.Optional(Type.String({ description: 'User, token or license' })),
      name: Type.Optional(Type.String({ description: 'Role of staff; part of the system', examples: ['support'] })),
    },
    closed,
  ),
  action: oneOf(AUDIT_ACTIONS),
  subject: Type.Object(
    {
      kind: oneOf(AUDIT_SUBJECT_KINDS),
      id: Type.Optional(Type.String({ description: 'Absent where the store itself is the subject' })),
    },
    closed,
  ),
  request_id: Type.Optional(Type.String({ description: 'As in the response and in the log', examples: ['r1'] })),
  changes: Type.Array(AuditChange),
  prev: Type.Optional(Type.String({ ...hash, description: 'Hash of the entry before' })),
  hash: Type.Optional(Type.String({ ...hash, description: 'SHA-256 of the entry in canonical JSON (RFC 8785)' })),
  sealed_at: Type.Optional(instant('Time of sealing')),
  ip: Type.Optional(
    Type.String({ description: 'Address of the client, until it is erased', examples: ['2001:db8::1'] }),
  ),
  user_agent: Type.Optional(
    Type.String({ description: 'Of the client, until it is erased', examples: ['curl/8.5.0'] }),
  ),
});

export const AuditHead = named('AuditHead', {
  seq: Type.Integer({ minimum: 0, description: 'Number of the last sealed entry; 0: there is none', examples: [1] }),
  hash,
  at: orNull(instant('Time of the last sealed entry')),
  unsealed: Type.Integer({ minimum: 0, description: 'Entries that have no number yet', examples: [0] }),
});

export const AuditParams = Type.Object({ id: idInput }, closed);

const period = {
  from: Type.Optional(instant('Only entries at or after')),
  to: Type.Optional(instant('Only entries before')),
};

export const ExportQuery = Type.Object(period, closed);

const filter = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }));

export const AuditQuery = Type.Object(
  {
    ...pageParameters,
    ...period,
    action: Type.Optional(
      oneOf(AUDIT_ACTION_FILTERS, { description: 'One action, or all of a prefix as `license.*`' }),
    ),
    actor: filter('Id of the actor'),
    subject: filter('Id of the subject'),
    request_id: filter('Id of the request'),
    actor_kind: Type.Optional(oneOf(AUDIT_ACTOR_KINDS, { description: 'Only beside another filter' })),
    subject_kind: Type.Optional(oneOf(AUDIT_SUBJECT_KINDS, { description: 'Only beside another filter' })),
  },
  closed,
);
