import { copiedStore } from './copied-store.ts';
import { newSqliteFile } from './sqlite-database.ts';

copiedStore('from SQLite to SQLite', newSqliteFile, newSqliteFile);
