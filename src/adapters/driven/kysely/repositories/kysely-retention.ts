import type { Kysely } from 'kysely';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { Retention } from '../../../../ports/retention.ts';
import type { Schema } from '../schema.ts';

export class KyselyRetention implements Retention {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async purge(wish: { at: Instant; sessionsBegunBefore: Instant; sessionsSeenBefore: Instant }): Promise<number> {
    const gone = [
      this.#db.deleteFrom('sessions').where('created_at', '<=', wish.sessionsBegunBefore),
      this.#db.deleteFrom('sessions').where('last_seen_at', '<=', wish.sessionsSeenBefore),
      this.#db.deleteFrom('password_resets').where('expires_at', '<=', wish.at),
      this.#db.deleteFrom('attempts').where('resets_at', '<=', wish.at),
      this.#db.deleteFrom('signing_keys').where('shown_until', '<=', wish.at),
    ];
    let rows = 0;
    for (const removal of gone) rows += Number((await removal.executeTakeFirst()).numDeletedRows);
    return rows;
  }
}
