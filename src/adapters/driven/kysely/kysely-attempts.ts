import { type Kysely, type Selectable, sql } from 'kysely';
import { Instant } from '../../../domain/shared/instant.ts';
import { invariant } from '../../../domain/shared/invariant.ts';
import type { AttemptCounters, AttemptKey } from '../../../ports/attempt-counters.ts';
import { locksRows } from './locks-rows.ts';
import { restore } from './restore.ts';
import type { Schema } from './schema.ts';

export class KyselyAttempts implements AttemptCounters {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async count(keys: readonly AttemptKey[], at: Instant) {
    if (keys.length === 0) return [];
    // In one order for everybody, so that two instances never wait for each other's rows.
    const fresh = keys
      .map(({ key, windowMs }) => ({ key, count: 1, resets_at: Instant.plusMs(at, windowMs) }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const rows = await this.#db
      .insertInto('attempts')
      .values(fresh)
      .onConflict((on) =>
        on.column('key').doUpdateSet((eb) => ({
          count: sql<number>`case when ${eb.ref('attempts.resets_at')} <= ${at} then 1 else ${eb.ref('attempts.count')} + 1 end`,
          resets_at: sql<string>`case when ${eb.ref('attempts.resets_at')} <= ${at} then ${eb.ref('excluded.resets_at')} else ${eb.ref('attempts.resets_at')} end`,
        })),
      )
      .returning(['key', 'count', 'resets_at'])
      .execute();
    const byKey = new Map(rows.map((row) => [row.key, toCounted(row)]));
    return keys.map(({ key }) => {
      const counted = byKey.get(key);
      invariant(counted !== undefined, `The attempt ${key} was not counted`);
      return counted;
    });
  }

  async read(keys: readonly string[], at: Instant) {
    if (keys.length === 0) return [];
    const query = this.#db.selectFrom('attempts').selectAll().where('key', 'in', keys).where('resets_at', '>', at);
    const byKey = new Map((await query.execute()).map((row) => [row.key, toCounted(row)]));
    return keys.map((key) => byKey.get(key) ?? { count: 0, resetsAt: at });
  }

  async takeBack(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const update = this.#db.updateTable('attempts').set((eb) => ({ count: eb('count', '-', 1) }));
    await update.where('key', 'in', this.#locked(keys)).where('count', '>', 0).execute();
  }

  async clear(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#db.deleteFrom('attempts').where('key', 'in', this.#locked(keys)).execute();
  }

  // An update takes rows as it finds them; here they are locked in the order in which they are counted.
  #locked(keys: readonly string[]) {
    if (!locksRows(this.#db)) return [...keys].sort();
    return this.#db
      .selectFrom('attempts')
      .select('key')
      .where('key', 'in', [...keys])
      .orderBy('key')
      .forUpdate();
  }
}

const toCounted = (row: Selectable<Schema['attempts']>) =>
  restore(`attempt ${row.key}`, () => ({ count: row.count, resetsAt: Instant.parse(row.resets_at) }));
