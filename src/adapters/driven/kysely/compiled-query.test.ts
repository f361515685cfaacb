import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CompiledQuery, type Dialect, DummyDriver, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { aPair } from '../../../../test/builders/pair-check-builder.ts';
import { allSessionsOf } from '../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { Email } from '../../../domain/user/email.ts';
import { compiledQuery, placeholders } from './compiled-query.ts';
import { KyselyAuditQueries } from './repositories/kysely-audit-queries.ts';
import { KyselyPairHistory } from './repositories/kysely-pair-history.ts';
import { KyselySessionQueries } from './repositories/kysely-sessions.ts';
import { KyselyUserQueries } from './repositories/kysely-users.ts';
import type { Schema } from './schema.ts';

/** A database without content, which records its queries. */
const listening = (Dialect: new (config: never) => Dialect) => {
  const executed: { sql: string; parameters: readonly unknown[] }[] = [];
  const executeQuery = async ({ sql, parameters }: CompiledQuery) => {
    executed.push({ sql, parameters });
    return { rows: [] };
  };
  class Listener extends DummyDriver {
    override acquireConnection = async () => ({ executeQuery, streamQuery: () => assert.fail() });
  }
  const dialect = new Dialect({} as never);
  dialect.createDriver = () => new Listener();
  return { db: new Kysely<Schema>({ dialect }), executed };
};

const countingBuilds = () => {
  const count = { builds: 0 };
  const statement = compiledQuery((db) => {
    count.builds += 1;
    const columns = ['id', 'email', 'email_canonical', 'created_at', 'is_sample', 'mfa', 'version'] as const;
    return db.insertInto('users').values(placeholders(columns));
  });
  return { count, statement };
};

describe('A hot statement', () => {
  it('is built once, and gets its parameters each time', async () => {
    const { db, executed } = listening(SqliteDialect);
    const { count, statement } = countingBuilds();
    await statement(db, 'a', 1);
    await db.transaction().execute((tx) => statement(tx, 'b', 2));
    const sql =
      'insert into "users" ("id", "email", "email_canonical", "created_at", "is_sample", "mfa", "version") values (?, ?, ?, ?, ?, ?, ?)';
    assert.deepEqual(executed, [
      { sql, parameters: ['a', 1] },
      { sql, parameters: ['b', 2] },
    ]);
    assert.equal(count.builds, 1);
  });

  it('is built anew for another kind of database, in its own words', async () => {
    const { statement, count } = countingBuilds();
    const [sqlite, postgres] = [listening(SqliteDialect), listening(PostgresDialect)];
    for (const { db } of [sqlite, postgres, sqlite]) await statement(db, 'a');
    assert.match(String(sqlite.executed[1]?.sql), /values \(\?, /);
    assert.match(String(postgres.executed[0]?.sql), /values \(\$1, /);
    assert.equal(count.builds, 2);
  });
});

describe('A page', () => {
  it('of any size is one statement on Postgres, which plans a limit as a parameter once', async () => {
    const { db, executed } = listening(PostgresDialect);
    const [users, sessions, pairs, audit] = [
      new KyselyUserQueries(db),
      new KyselySessionQueries(db),
      new KyselyPairHistory(db),
      new KyselyAuditQueries(db),
    ];
    const email = Email.canonicalize('ada@example.com');
    for (const limit of [20, 50]) {
      await users.list({ limit });
      await users.list({ limit, email });
      await users.search({ email, name: 'ada', limit });
      await sessions.list({ ...allSessionsOf(aUser().id), limit });
      await pairs.list({ pair: aPair(), limit });
      await audit.list({ filter: { subject: aUser().id, subjectKind: 'user' }, limit });
      await audit.listSealed({ after: 0, last: 9, limit });
    }
    assert.deepEqual([executed.length, new Set(executed.map(({ sql }) => sql)).size], [18, 9]);
    assert.deepEqual(executed[0]?.parameters.at(-1), 20);
  });
});
