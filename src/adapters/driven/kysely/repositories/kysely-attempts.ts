import { type Selectable, sql } from 'kysely';
import { latestEnd } from '../../../../domain/shared/clock-skew.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { invariant } from '../../../../domain/shared/invariant.ts';
import type { AttemptCounters, AttemptKey } from '../../../../ports/attempt-counters.ts';
import { compiledQueries } from '../compiled-query.ts';
import { type Database, isPostgres, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyAttempts extends KyselyRepository implements AttemptCounters {
  async count(keys: readonly AttemptKey[], at: Instant) {
    if (keys.length === 0) return [];
    // All instances lock rows in the same order, so that no two wait for each other.
    const fresh = keys
      .map(({ key, windowMs }) => ({ key, count: 1, resets_at: Instant.plusMs(at, windowMs) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const parameters = fresh.flatMap(({ key, count, resets_at }) => [key, count, resets_at]);
    const latest = keys.flatMap(({ key, windowMs }) => [key, latestEnd(windowMs, at)]);
    const { rows } = await countAll(fresh.length)(this.db, ...parameters, at, ...latest, at, ...latest);
    const byKey = new Map(rows.map((row) => [row.key, toCounted(row)]));
    return keys.map(({ key }) => {
      const counted = byKey.get(key);
      invariant(counted !== undefined, `The attempt ${key} was not counted`);
      return counted;
    });
  }

  async read(keys: readonly AttemptKey[], at: Instant) {
    if (keys.length === 0) return [];
    const { rows } = await readAll(keys.length)(this.db, ...keys.map(({ key }) => key), at);
    const byKey = new Map(rows.map((row) => [row.key, toCounted(row)]));
    return keys.map(({ key, windowMs }) => {
      const counted = byKey.get(key);
      return counted !== undefined && counted.resetsAt <= latestEnd(windowMs, at)
        ? counted
        : { count: 0, resetsAt: at };
    });
  }

  async lock(keys: readonly string[]): Promise<void> {
    if (keys.length === 0 || !isPostgres(this.db)) return;
    await lockAll(keys.length)(this.db, ...[...keys].sort().flatMap((key) => [key, 0, ENDED]));
  }

  async refund(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await refundAll(keys.length)(this.db, 1, ...[...keys].sort(), 0);
  }

  async clear(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await clearAll(keys.length)(this.db, ...[...keys].sort());
  }
}

type Row = Selectable<Schema['attempts']>;

const blanks = (size: number): string[] => Array.from({ length: size }, () => '');

const countAll = compiledQueries<Row>((db, size) =>
  db
    .insertInto('attempts')
    .values(Array.from({ length: size }, () => ({ key: '', count: 0, resets_at: '' })))
    .onConflict((on) =>
      on.column('key').doUpdateSet({
        count: sql<number>`case when ${isOver(size)} then 1 else attempts.count + 1 end`,
        resets_at: sql<string>`case when ${isOver(size)} then excluded.resets_at else attempts.resets_at end`,
      }),
    )
    .returning(['key', 'count', 'resets_at']),
);

/** The window has ended, or its end is later than it may be for its key. */
const isOver = (size: number) => {
  const isTooLate = sql`attempts.key = ${''} and attempts.resets_at > ${''}`;
  return sql<boolean>`(attempts.resets_at <= ${''} or ${sql.join(Array(size).fill(isTooLate), sql` or `)})`;
};

const readAll = compiledQueries<Row>((db, size) =>
  db.selectFrom('attempts').selectAll().where('key', 'in', blanks(size)).where('resets_at', '>', ''),
);

const ENDED = '2000-01-01T00:00:00.000Z';

/** Adds those that do not exist: another unit of work that added one later would wait, and be waited for, out of order. */
const lockAll = compiledQueries((db, size) =>
  db
    .insertInto('attempts')
    .values(Array.from({ length: size }, () => ({ key: '', count: 0, resets_at: '' })))
    .onConflict((on) => on.column('key').doUpdateSet(({ ref }) => ({ count: ref('attempts.count') }))),
);

const refundAll = compiledQueries((db, size) =>
  db
    .updateTable('attempts')
    .set((eb) => ({ count: eb('count', '-', 1) }))
    .where('key', 'in', inOrder(db, size))
    .where('count', '>', 0),
);

const clearAll = compiledQueries((db, size) => db.deleteFrom('attempts').where('key', 'in', inOrder(db, size)));

/** An update locks rows as it finds them. Where others write at the same time they are locked in the order of their keys. */
const inOrder = (db: Database, size: number) => (isPostgres(db) ? keysInOrder(db, size) : blanks(size));

const keysInOrder = (db: Database, size: number) =>
  db.selectFrom('attempts').select('key').where('key', 'in', blanks(size)).orderBy('key').forUpdate();

const toCounted = (row: Row) =>
  rehydrate(`attempt ${row.key}`, () => ({ count: row.count, resetsAt: Instant.parse(row.resets_at) }));
