import { type Kysely, type SqlBool, sql } from 'kysely';
import { invariant } from '../../../../domain/shared/invariant.ts';
import type { SealedValues } from '../../../../ports/sealed-values.ts';
import { SEALED_COLUMNS, type SealedColumn, type SealedPlace } from '../../../../ports/sealer.ts';
import { lockingRows } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';

const KEY_ID = 'sealing-key-id';

/** The column that identifies a row of each table. Its index by key is on the key id and this column. */
const ROW_IDS = { second_factors: 'user_id' } as const satisfies Record<SealedColumn['table'], string>;

type Tables = Kysely<Record<string, Readonly<Record<string, string>>>>;

export class KyselySealedValues extends KyselyRepository implements SealedValues {
  async recordedKeyId(): Promise<string | undefined> {
    const fact = this.db.selectFrom('store_facts').where('name', '=', KEY_ID).select('value');
    return (await fact.executeTakeFirst())?.value;
  }

  async recordKeyId(value: string): Promise<void> {
    await this.db
      .insertInto('store_facts')
      .values({ name: KEY_ID, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute();
  }

  async countOthers(keyIds: readonly string[]): Promise<number> {
    let count = 0;
    for (const { table, column } of SEALED_COLUMNS) {
      const others = this.#tables
        .selectFrom(table)
        .select(({ fn }) => fn.countAll().as('count'))
        .where(isBetween(keyIdIn(column), keyIds));
      count += Number((await others.executeTakeFirstOrThrow()).count);
    }
    return count;
  }

  async list({ column, keyId, afterRowId, limit }: Parameters<SealedValues['list']>[0]) {
    const rowId = ROW_IDS[column.table];
    const ofKey = this.#tables
      .selectFrom(column.table)
      .select([`${rowId} as rowId`, `${column.column} as sealed`])
      .where(sql<SqlBool>`${keyIdIn(column.column)} = ${keyId}`);
    const page = afterRowId === undefined ? ofKey : ofKey.where(rowId, '>', afterRowId);
    const ordered = page.orderBy(rowId).limit(limit);
    return (await lockingRows(this.db, ordered).execute()) as {
      rowId: string;
      sealed: string;
    }[];
  }

  async replace({ table, column, rowId }: SealedPlace, sealed: string): Promise<void> {
    const update = this.#tables
      .updateTable(table)
      .set({ [column]: sealed })
      .where(ROW_IDS[table], '=', rowId);
    const { numUpdatedRows } = await update.executeTakeFirst();
    invariant(numUpdatedRows === 1n, `There is no sealed value of ${rowId} in ${table}`);
  }

  get #tables(): Tables {
    return this.db as unknown as Tables;
  }
}

/** As in the index: literals, not parameters. */
const keyIdIn = (column: string) => sql<string>`substr(${sql.ref(column)}, 1, 8)`;

/**
 * True for what lies before, between and after the key ids: ranges, which an index has, and literals, so that a planner
 * knows how few rows they hold.
 */
const isBetween = (value: ReturnType<typeof keyIdIn>, keyIds: readonly string[]) => {
  const sorted = [...keyIds].sort().map((keyId) => sql.lit(keyId));
  const ranges = [undefined, ...sorted].map((start, index) => {
    const end = sorted[index];
    const after = start === undefined ? sql`${value} >= ''` : sql`${value} > ${start}`;
    return end === undefined ? after : sql`(${after} and ${value} < ${end})`;
  });
  return sql<SqlBool>`(${sql.join(ranges, sql` or `)})`;
};
