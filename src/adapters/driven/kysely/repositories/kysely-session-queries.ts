import type { Kysely, Selectable } from 'kysely';
import type { Email } from '../../../../domain/user/email.ts';
import type { Session } from '../../../../domain/user/session.ts';
import type { TokenHash } from '../../../../domain/user/token-hash.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type { SessionQueries } from '../../../../ports/session-queries.ts';
import { compiledOnce } from '../compiled-once.ts';
import type { Schema } from '../schema.ts';
import { toSession } from './session-row.ts';

type Found = Selectable<Schema['sessions']> & { email: string };

export class KyselySessionQueries implements SessionQueries {
  readonly #db: Kysely<Schema>;
  readonly #byToken: (tokenHash: TokenHash) => Promise<readonly Found[]>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
    // The address by a subquery, not by a join: SQLite would plan a join anew whenever it is asked.
    this.#byToken = compiledOnce<Found>(db, (kysely) =>
      kysely
        .selectFrom('sessions')
        .selectAll('sessions')
        .select((eb) =>
          eb.selectFrom('users').select('email').whereRef('users.id', '=', 'sessions.user_id').as('email'),
        )
        .where('token_hash', '=', '')
        .$castTo<Found>(),
    );
  }

  async findByToken(tokenHash: TokenHash): Promise<Readonly<{ session: Session; email: Email }> | undefined> {
    const [row] = await this.#byToken(tokenHash);
    return row === undefined ? undefined : { session: toSession(row), email: row.email as Email };
  }

  async listOf(userId: UserId): Promise<readonly Session[]> {
    const query = this.#db.selectFrom('sessions').selectAll().where('user_id', '=', userId).orderBy('id');
    return (await query.execute()).map(toSession);
  }
}
