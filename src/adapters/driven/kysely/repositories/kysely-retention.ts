import { type Kysely, sql } from 'kysely';
import type { PurgeQuery, Retention } from '../../../../ports/retention.ts';
import { locksRows, PRIMARY_KEYS } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';

/**
 * Maximum number of rows that a unit of work deletes: on SQLite it blocks the event loop, and the other processes.
 *
 * perf: 333,000 of a million sessions are deleted in 30 s, of which 7 ms at most at once. With 1,000 it takes 27 s, and 77 ms.
 */
const BATCH_SIZE = 100;

/** All columns in the conditions are text. */
type Tables = Record<string, Record<string, string | null>>;

export class KyselyRetention extends KyselyRepository implements Retention {
  async purge(cutoffs: PurgeQuery): Promise<number> {
    const tables = this.db as unknown as Kysely<Tables>;
    const endedBy = (table: keyof typeof PRIMARY_KEYS, column: string, moment: string) =>
      [table, tables.selectFrom(table).where(column, '<=', moment).orderBy(column)] as const;
    const staff = tables.selectFrom('users').select('id').where('role', 'is not', null);
    const seenByStaff = tables
      .selectFrom('sessions')
      .where('last_seen_at', '<=', cutoffs.staffSessionsSeenBefore)
      .where('user_id', 'in', staff);
    const ended = [
      endedBy('sessions', 'created_at', cutoffs.sessionsBegunBefore),
      endedBy('sessions', 'last_seen_at', cutoffs.sessionsSeenBefore),
      ['sessions', seenByStaff] as const,
      endedBy('password_resets', 'expires_at', cutoffs.at),
      endedBy('confirmations', 'expires_at', cutoffs.at),
      endedBy('api_tokens', 'expires_at', cutoffs.tokensExpiredBefore),
      endedBy('login_challenges', 'expires_at', cutoffs.at),
      endedBy('known_networks', 'expires_at', cutoffs.at),
      endedBy('second_factors', 'expires_at', cutoffs.at),
      endedBy('attempts', 'resets_at', cutoffs.at),
      endedBy('idempotency_records', 'expires_at', cutoffs.at),
      endedBy('signing_keys', 'published_until', cutoffs.at),
    ];
    let deleted = 0;
    for (const [table, rows] of ended) {
      if (deleted === BATCH_SIZE) break;
      const [key] = PRIMARY_KEYS[table];
      const keys = rows.select(key).limit(BATCH_SIZE - deleted);
      // Postgres evaluates an array once, and a subquery perhaps for each row. Rows that others lock stay until the next purge.
      const deletion = tables
        .deleteFrom(table)
        .where((eb) =>
          locksRows(this.db)
            ? eb(key, '=', sql<string>`any(array(${keys.forUpdate().skipLocked()}))`)
            : eb(key, 'in', keys),
        );
      deleted += Number((await deletion.executeTakeFirst()).numDeletedRows);
    }
    return deleted;
  }
}
