import { anEmptyPostgresDatabase } from '../postgres/shared-postgres.ts';
import { copiedStore } from './copied-store.ts';
import { newSqliteFile } from './sqlite-database.ts';

copiedStore('from SQLite to Postgres', newSqliteFile, anEmptyPostgresDatabase);
copiedStore('from Postgres to SQLite', anEmptyPostgresDatabase, newSqliteFile);
