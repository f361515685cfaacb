import { anEmptyPostgresDatabase } from '../postgres/shared-postgres.ts';
import { sharedAuditLog } from './shared-audit-log.ts';
import { sharedOutbox } from './shared-outbox.ts';
import { sharedStart } from './shared-start.ts';
import { sharedState } from './shared-state.ts';

sharedState('Postgres', anEmptyPostgresDatabase);
sharedStart('Postgres', anEmptyPostgresDatabase);
sharedOutbox('Postgres', anEmptyPostgresDatabase);
sharedAuditLog('Postgres', anEmptyPostgresDatabase);
