import { type Kysely, sql } from 'kysely';
import { PortError } from '../../../../ports/port-error.ts';
import type { Copied, StoreCopy } from '../../../../ports/store-copy.ts';
import { type Database, isPostgres, PRIMARY_KEYS } from '../schema.ts';
import { withRetry } from '../with-retry.ts';
import { appliedMigrations, type Migrations, migrateToLatest } from './migrate.ts';

/** Rows that are read and written at a time. SQLite limits the values in one statement. */
const BATCH_SIZE = 500;

/** Rows as stored. Both drivers return instants, ids and JSON as the same text. */
type Row = Readonly<Record<string, string | number | null>>;
type Tables = Kysely<Record<string, Row>>;

export class KyselyStoreCopy implements StoreCopy {
  readonly #from: Database;
  readonly #to: Database;
  readonly #migrations: Migrations;

  constructor(stores: { from: Database; to: Database; migrations: Migrations }) {
    this.#from = stores.from;
    this.#to = stores.to;
    this.#migrations = stores.migrations;
  }

  async copy(): Promise<readonly Copied[]> {
    await this.#assertThisVersion('The store to copy from', this.#from);
    await migrateToLatest(this.#to, this.#migrations);
    await this.#assertThisVersion('The store to copy to', this.#to);
    return withRetry(() =>
      inTransaction(this.#to, async (to) => {
        await assertEmpty(to);
        return inTransaction(this.#from, async (from) => {
          await useOneSnapshot(from);
          return copyAll(from, to);
        });
      }),
    );
  }

  async #assertThisVersion(which: string, db: Database): Promise<void> {
    const taken = await appliedMigrations(db);
    const expected = Object.keys(this.#migrations);
    const missing = expected.filter((name) => !taken.includes(name));
    if (missing.length > 0) {
      throw rejected(`${which} lacks the migrations ${missing.join(', ')}; run \`guildhall migrate\` on it.`);
    }
    const unknown = taken.filter((name) => !expected.includes(name));
    if (unknown.length > 0) {
      throw rejected(`${which} was migrated by another version of Guildhall (${unknown.join(', ')}).`);
    }
  }
}

const inTransaction = <T>(db: Database, work: (tables: Tables) => Promise<T>): Promise<T> =>
  db.transaction().execute((tx) => work(tx as unknown as Tables));

/** A transaction on SQLite is the only writer. On Postgres others write on, and the copy must not see it. */
const useOneSnapshot = async (from: Tables): Promise<void> => {
  if (isPostgres(from)) {
    await sql`set transaction isolation level repeatable read, read only`.execute(from);
  }
};

const assertEmpty = async (to: Tables): Promise<void> => {
  for (const table of Object.keys(PRIMARY_KEYS)) {
    const row = await to.selectFrom(table).select(sql`1`.as('one')).limit(1).executeTakeFirst();
    if (row !== undefined) throw rejected(`The store to copy to is not empty: it has rows in ${table}.`);
  }
};

const copyAll = async (from: Tables, to: Tables): Promise<readonly Copied[]> => {
  const copied: Copied[] = [];
  const differences: string[] = [];
  for (const [table, key] of Object.entries(PRIMARY_KEYS)) {
    for await (const rows of batches(from, table, key)) await write(to, table, rows);
    const [count, copiedCount] = [await countOf(from, table), await countOf(to, table)];
    if (count !== copiedCount) differences.push(`Of ${count} ${table}, ${copiedCount} were copied.`);
    copied.push({ kind: table, count });
  }
  if (differences.length > 0) {
    throw new PortError('store-copy.incomplete', differences.join(' '), { messages: differences });
  }
  return copied;
};

const write = async (to: Tables, table: string, rows: readonly Row[]): Promise<void> => {
  try {
    await to.insertInto(table).values(rows).execute();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    if (!INVALID_VALUE.test(String(code))) throw error;
    throw rejected(`The store to copy to does not accept the rows of ${table}: ${message}.`, error);
  }
};

/** The row is damaged, or holds a value that only the other database can store, such as NUL in a text. */
const INVALID_VALUE = /^(?:2[23]...$|SQLITE_CONSTRAINT|SQLITE_MISMATCH)/;

async function* batches(from: Tables, table: string, key: readonly string[]): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const ordered = key.reduce(
    (query, column) => query.orderBy(column),
    from.selectFrom(table).selectAll().limit(BATCH_SIZE),
  );
  let after: Row | undefined;
  do {
    const last = after;
    const following = last && sql<boolean>`(${columns}) > (${sql.join(key.map((column) => last[column]))})`;
    const rows = await (following === undefined ? ordered : ordered.where(following)).execute();
    if (rows.length > 0) yield rows;
    after = rows.length < BATCH_SIZE ? undefined : rows.at(-1);
  } while (after !== undefined);
}

const countOf = async (db: Tables, table: string): Promise<number> => {
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

const rejected = (message: string, cause?: unknown): PortError =>
  new PortError('store-copy.refused', message, { cause });
