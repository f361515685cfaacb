import { sharedAuditLog } from './shared-audit-log.ts';
import { sharedOutbox } from './shared-outbox.ts';
import { sharedStart } from './shared-start.ts';
import { sharedState } from './shared-state.ts';
import { newSqliteFile } from './sqlite-database.ts';

sharedState('SQLite', newSqliteFile);
sharedStart('SQLite', newSqliteFile);
sharedOutbox('SQLite', newSqliteFile);
sharedAuditLog('SQLite', newSqliteFile);
