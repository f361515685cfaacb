import { AUDIT_ACTIONS, AUDIT_ACTOR_KINDS, AUDIT_SUBJECT_KINDS } from '../../../../../domain/audit/audit-entry.ts';
import { AUDIT_ACTION_FILTERS } from '../../../../../domain/audit/audit-filter.ts';
import {
  closed,
  EXAMPLE_ID,
  id,
  instant,
  ipAddress,
  named,
  oneOf,
  orNull,
  requestId,
  Type,
  userAgent,
} from '../../openapi/schema.ts';
import { pageParameters } from '../pagination.ts';

const hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 in hex digits',
  examples: ['742ece1aae8e496317abef995baf0a7f8bf8995e93409b54dfc12cd741071800'],
});

const text = Type.String({ examples: ['active'] });

const value = (when: string) =>
  Type.Optional(
    Type.Union([text, Type.Integer(), Type.Boolean(), Type.Array(text)], {
      description: `Value ${when} the change; absent: none`,
    }),
  );

const AuditChange = named('AuditChange', {
  field: Type.String({ pattern: '^[a-z_]+$', description: 'Changed field', examples: ['status'] }),
  before: value('before'),
  after: value('after'),
  changed: Type.Optional(Type.Literal(true, { description: 'In place of values that are personal or secret' })),
});

export const AuditEntry = named('AuditEntry', {
  v: Type.Literal(1, { description: 'Version of this form' }),
  id,
  seq: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Number in the chain. Absent until the entry is sealed', examples: [1] }),
  ),
  at: instant('Time of the change'),
  actor: Type.Object(
    {
      kind: oneOf(AUDIT_ACTOR_KINDS, { description: 'Kind of caller' }),
      id: Type.Optional(Type.String({ ...id, description: 'User, token or license' })),
      name: Type.Optional(
        Type.String({ pattern: '^[a-z-]+$', description: 'Role of staff; part of the system', examples: ['support'] }),
      ),
    },
    { ...closed, description: 'The caller that changed something' },
  ),
  action: oneOf(AUDIT_ACTIONS, { description: 'What happened' }),
  subject: Type.Object(
    {
      kind: oneOf(AUDIT_SUBJECT_KINDS, { description: 'Kind of subject' }),
      id: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 255,
          description: 'Absent where the store itself is the subject',
          examples: [EXAMPLE_ID],
        }),
      ),
    },
    { ...closed, description: 'What the entry is about' },
  ),
  request_id: Type.Optional(requestId('As in the response and in the log')),
  changes: Type.Array(AuditChange, { description: 'The changed fields' }),
  prev: Type.Optional(Type.String({ ...hash, description: 'Hash of the entry before' })),
  hash: Type.Optional(Type.String({ ...hash, description: 'SHA-256 of the entry in canonical JSON (RFC 8785)' })),
  sealed_at: Type.Optional(instant('Time of sealing')),
  ip: Type.Optional(ipAddress('Address of the client, until it is erased')),
  user_agent: Type.Optional(userAgent('`User-Agent` of the client, until it is erased')),
});

export const AuditHead = named('AuditHead', {
  seq: Type.Integer({ minimum: 0, description: 'Number of the last sealed entry; 0: there is none', examples: [1] }),
  hash,
  at: orNull(instant('Time of the last sealed entry')),
  unsealed: Type.Integer({ minimum: 0, description: 'Entries that have no number yet', examples: [0] }),
});

const period = {
  from: Type.Optional(instant('Only entries at or after')),
  to: Type.Optional(instant('Only entries before')),
};

export const ExportQuery = Type.Object(period, closed);

const filter = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 255, description, examples: [EXAMPLE_ID] }));

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
