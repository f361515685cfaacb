import { type Kysely, sql } from 'kysely';
import { PortError } from '../../../../ports/port-error.ts';
import type { Copied, StoreCopy } from '../../../../ports/store-copy.ts';
import { type Database, isPostgres, type Schema } from '../schema.ts';
import { withRetry } from '../with-retry.ts';
import { type Migrations, migrateToLatest, migrationsTaken } from './migrate.ts';

/** Rows that are read and written at a time: few enough that SQLite takes all their values in one statement. */
const BATCH = 500;

/** Each table by the columns that make a row unique: parents first, for a child may not be there before its parent. */
const KEYS = {
  users: ['id'],
  sessions: ['id'],
  password_resets: ['user_id'],
  attempts: ['key'],
  outbox: ['id'],
  licenses: ['id'],
  license_activations: ['license_id', 'fingerprint'],
  signing_keys: ['kid'],
  pair_checks: ['id'],
} as const satisfies { [Table in keyof Schema]: readonly (keyof Schema[Table])[] };

/** Rows as they are, whatever they mean. Each driver makes the same text of a moment, of an id and of JSON. */
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
    await this.#mustBeOfThisVersion('The store to copy from', this.#from);
    await migrateToLatest(this.#to, this.#migrations);
    await this.#mustBeOfThisVersion('The store to copy to', this.#to);
    return withRetry(() =>
      inTransaction(this.#to, async (to) => {
        await mustBeEmpty(to);
        return inTransaction(this.#from, async (from) => {
          await keepOneMoment(from);
          return copyAll(from, to);
        });
      }),
    );
  }

  async #mustBeOfThisVersion(which: string, db: Database): Promise<void> {
    const taken = await migrationsTaken(db);
    const expected = Object.keys(this.#migrations);
    const missing = expected.filter((name) => !taken.includes(name));
    if (missing.length > 0) {
      throw refused(`${which} has not taken the steps ${missing.join(', ')}; run \`guildhall migrate\` on it.`);
    }
    const unknown = taken.filter((name) => !expected.includes(name));
    if (unknown.length > 0) {
      throw refused(`${which} was migrated by another version of Guildhall (${unknown.join(', ')}).`);
    }
  }
}

const inTransaction = <T>(db: Database, work: (tables: Tables) => Promise<T>): Promise<T> =>
  db.transaction().execute((tx) => work(tx as unknown as Tables));

/** SQLite has one writer, and in a transaction that is us; elsewhere others write on, and we must not see it. */
const keepOneMoment = async (from: Tables): Promise<void> => {
  if (isPostgres(from)) {
    await sql`set transaction isolation level repeatable read, read only`.execute(from);
  }
};

const mustBeEmpty = async (to: Tables): Promise<void> => {
  for (const table of Object.keys(KEYS)) {
    const row = await to.selectFrom(table).select(sql`1`.as('one')).limit(1).executeTakeFirst();
    if (row !== undefined) throw refused(`The store to copy to is not empty: there are ${table} in it.`);
  }
};

const copyAll = async (from: Tables, to: Tables): Promise<readonly Copied[]> => {
  const copied: Copied[] = [];
  const differences: string[] = [];
  for (const [table, key] of Object.entries(KEYS)) {
    for await (const rows of batches(from, table, key)) await write(to, table, rows);
    const [count, arrived] = [await countOf(from, table), await countOf(to, table)];
    if (count !== arrived) differences.push(`Of ${count} ${table}, ${arrived} came over.`);
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
    if (!UNFIT.test(String(code))) throw error;
    throw refused(`The store to copy to does not take the ${table} as they are: ${message}.`, error);
  }
};

/** What is in a row will not do: a damaged one, or what only the other database can hold, such as a NUL in a text. */
const UNFIT = /^(?:2[23]...$|SQLITE_CONSTRAINT|SQLITE_MISMATCH)/;

async function* batches(from: Tables, table: string, key: readonly string[]): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const ordered = key.reduce((query, column) => query.orderBy(column), from.selectFrom(table).selectAll().limit(BATCH));
  let after: Row | undefined;
  do {
    const last = after;
    const rest = last && sql<boolean>`(${columns}) > (${sql.join(key.map((column) => last[column]))})`;
    const rows = await (rest === undefined ? ordered : ordered.where(rest)).execute();
    if (rows.length > 0) yield rows;
    after = rows.length < BATCH ? undefined : rows.at(-1);
  } while (after !== undefined);
}

const countOf = async (db: Tables, table: string): Promise<number> => {
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

const refused = (sentence: string, cause?: unknown): PortError =>
  new PortError('store-copy.refused', sentence, { cause });
