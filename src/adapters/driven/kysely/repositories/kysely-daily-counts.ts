import { sql } from 'kysely';
import type { DailyCount, DailyCounts } from '../../../../ports/daily-counts.ts';
import { KyselyRepository } from './kysely-repository.ts';

export class KyselyDailyCounts extends KyselyRepository implements DailyCounts {
  add(counts: readonly DailyCount[]): Promise<void> {
    return this.#save(counts, sql<number>`daily_counts.count + excluded.count`);
  }

  put(counts: readonly DailyCount[]): Promise<void> {
    return this.#save(counts, sql<number>`excluded.count`);
  }

  async listBetween(first: string, last: string): Promise<readonly DailyCount[]> {
    const counts = this.db.selectFrom('daily_counts').selectAll().where('day', '>=', first).where('day', '<=', last);
    return (await counts.execute()) as DailyCount[];
  }

  async countQueuedEmails(limit: number): Promise<number> {
    const queued = this.db
      .selectFrom('outbox')
      .select('id')
      .where('due_at', 'is not', null)
      .orderBy('due_at')
      .limit(limit);
    const { count } = await this.db
      .selectFrom(queued.as('queued'))
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
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
