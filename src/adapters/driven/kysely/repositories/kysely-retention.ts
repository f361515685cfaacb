import type { PurgeQuery, Retention } from '../../../../ports/retention.ts';
import { KyselyRepository } from './kysely-repository.ts';

export class KyselyRetention extends KyselyRepository implements Retention {
  async purge(cutoffs: PurgeQuery): Promise<number> {
    const staff = this.db.selectFrom('users').select('id').where('role', 'is not', null);
    const removals = [
      this.db.deleteFrom('sessions').where('created_at', '<=', cutoffs.sessionsBegunBefore),
      this.db.deleteFrom('sessions').where('last_seen_at', '<=', cutoffs.sessionsSeenBefore),
      this.db
        .deleteFrom('sessions')
        .where('last_seen_at', '<=', cutoffs.staffSessionsSeenBefore)
        .where('user_id', 'in', staff),
      this.db.deleteFrom('password_resets').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('confirmations').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('api_tokens').where('expires_at', '<=', cutoffs.tokensExpiredBefore),
      this.db.deleteFrom('login_challenges').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('known_networks').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('second_factors').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('attempts').where('resets_at', '<=', cutoffs.at),
      this.db.deleteFrom('idempotency_records').where('expires_at', '<=', cutoffs.at),
      this.db.deleteFrom('signing_keys').where('published_until', '<=', cutoffs.at),
    ];
    let rows = 0;
    for (const removal of removals) rows += Number((await removal.executeTakeFirst()).numDeletedRows);
    return rows;
  }
}
