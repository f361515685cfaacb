import { sql } from 'kysely';
import type { DailyCount, DailyCounts } from '../../../../ports/daily-counts.ts';
import { compiledQueries, compiledQuery } from '../compiled-query.ts';
import { KyselyRepository } from './kysely-repository.ts';

export class KyselyDailyCounts extends KyselyRepository implements DailyCounts {
  add(counts: readonly DailyCount[]): Promise<void> {
    return this.#save(counts, sql<number>`daily_counts.count + excluded.count`);
  }

  put(counts: readonly DailyCount[]): Promise<void> {
    return this.#save(counts, sql<number>`excluded.count`);
  }

  async listBetween(first: string, last: string): Promise<readonly DailyCount[]> {
    return (await between(this.db, first, last)).rows;
  }

  async countQueuedEmails(limit: number): Promise<number> {
    return Number((await queuedUpTo(limit)(this.db)).rows[0]?.count);
  }

  async #save(counts: readonly DailyCount[], count: ReturnType<typeof sql<number>>): Promise<void> {
    if (counts.length === 0) return;
    // All instances lock rows in the same order, so that no two wait for each other.
    const key = ({ day, name }: DailyCount) => `${day} ${name}`;
    const rows = [...counts].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    await this.db
      .insertInto('daily_counts')
      .values(rows)
      .onConflict((on) => on.columns(['day', 'name']).doUpdateSet({ count }))
      .execute();
  }
}

const between = compiledQuery<DailyCount>((db) =>
  db.selectFrom('daily_counts').selectAll().where('day', '>=', '').where('day', '<=', '').$castTo<DailyCount>(),
);

const queuedUpTo = compiledQueries<{ count: unknown }>((db, limit) =>
  db
    .selectFrom(
      db
        .selectFrom('outbox')
        .select('id')
        .where('due_at', 'is not', null)
        .orderBy('due_at')
        .limit(sql.lit(limit))
        .as('queued'),
    )
    .select(({ fn }) => fn.countAll().as('count')),
);
