import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { KyselyUserQueries } from '../../src/adapters/driven/kysely/repositories/kysely-users.ts';
import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import {
  GuildhallSqliteDialect,
  openSqlite,
  openSqliteReader,
} from '../../src/adapters/driven/kysely/sqlite/sqlite-dialect.ts';
import { SqliteUnitOfWork } from '../../src/adapters/driven/kysely/sqlite/sqlite-unit-of-work.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { anId } from '../builders/ids.ts';
import { aUser } from '../builders/user-builder.ts';
import { aFolder } from './open-stores.ts';

/** A SQLite store that reports its commits. */
export const openGrouped = async (limits: { timeoutMs?: number; maxGroupMs?: number } = {}) => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const database = openSqlite(path);
  const events: string[] = [];
  const commits = new Commits(database, () => events.push('commit'));
  const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database, openSqliteReader(path)) });
  await migrateToLatest(db, migrations);
  events.length = 0;
  const directory = new KyselyUserQueries(db);
  return {
    unitOfWork: new SqliteUnitOfWork(db, { maxGroupMs: Number.POSITIVE_INFINITY, ...limits }),
    database,
    commits,
    events,
    emails: async () => (await directory.list({ limit: 1_000 })).map(({ email }) => String(email)),
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await folder.remove();
    },
  };
};

export const person = (n: number) => aUser({ id: anId(n), email: `user${n}@example.com` });

export const saving =
  (n: number) =>
  ({ users }: Stores): Promise<void> =>
    users.save(person(n));

export const emailsOf = (...numbers: number[]) => numbers.map((n) => `user${n}@example.com`);

export const fates = async (outcomes: Promise<unknown>[]) =>
  (await Promise.allSettled(outcomes)).map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : (outcome.reason.code ?? outcome.reason.message),
  );

/** Reports each commit, and can fail the next one like a disk error. */
class Commits {
  #fault: string | undefined;

  constructor(database: Database.Database, onCommit: () => void) {
    const prepare = database.prepare.bind(database);
    database.prepare = ((sql: string) => {
      const statement = prepare(sql);
      if (sql !== 'commit') return statement;
      const run = statement.run.bind(statement);
      statement.run = (...parameters) => {
        onCommit();
        const code = this.#fault;
        this.#fault = undefined;
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        return run(...parameters);
      };
      return statement;
    }) as typeof database.prepare;
  }

  failNext(code: string): void {
    this.#fault = code;
  }
}
