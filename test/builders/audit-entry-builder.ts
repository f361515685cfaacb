import { AuditEntry, AuditEntryId, type AuditEntrySnapshot } from '../../src/domain/audit/audit-entry.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

/** A staff member has suspended a license. */
export const anAuditEntry = ({
  id = anId(1),
  ...change
}: Partial<Omit<AuditEntrySnapshot, 'id'>> & { id?: string } = {}) =>
  AuditEntry.record({
    id: AuditEntryId.parse(id),
    at: NEW_YEAR,
    actor: { kind: 'staff', id: anId(7), name: 'support' },
    action: 'license.suspended',
    subject: { kind: 'license', id: anId(8) },
    requestId: 'r-1',
    changes: [{ field: 'status', before: 'active', after: 'suspended' }],
    ip: '2001:db8::1',
    userAgent: 'curl/8',
    ...change,
  });
