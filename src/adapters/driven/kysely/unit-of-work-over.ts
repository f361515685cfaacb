import { type Kysely, SqliteAdapter } from 'kysely';
import type { UnitOfWork } from '../../../ports/unit-of-work.ts';
import { KyselyUnitOfWork } from './kysely-unit-of-work.ts';
import type { Schema } from './schema.ts';
import { SqliteUnitOfWork } from './sqlite-unit-of-work.ts';

/** The way to write that suits this database: only SQLite has to be helped to commit for several at once. */
export const unitOfWorkOver = (db: Kysely<Schema>): UnitOfWork =>
  db.getExecutor().adapter instanceof SqliteAdapter ? new SqliteUnitOfWork(db) : new KyselyUnitOfWork(db);
