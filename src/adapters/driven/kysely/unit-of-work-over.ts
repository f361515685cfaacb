import type { Kysely } from 'kysely';
import type { UnitOfWork } from '../../../ports/unit-of-work.ts';
import { KyselyUnitOfWork } from './kysely-unit-of-work.ts';
import { isPostgres } from './locks-rows.ts';
import type { Schema } from './schema.ts';
import { SqliteUnitOfWork } from './sqlite/sqlite-unit-of-work.ts';

/** The way to write that suits this database: only SQLite has to be helped to commit for several at once. */
export const unitOfWorkOver = (db: Kysely<Schema>): UnitOfWork =>
  // A server that falls silent has its own, shorter limits, and what they end is nobody's mistake.
  isPostgres(db) ? new KyselyUnitOfWork(db, { watchdogMs: 20_000 }) : new SqliteUnitOfWork(db);
