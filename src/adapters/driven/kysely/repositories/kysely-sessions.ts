import type { Kysely } from 'kysely';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { Session } from '../../../../domain/user/session.ts';
import type { SessionId } from '../../../../domain/user/session-id.ts';
import type { TokenHash } from '../../../../domain/user/token-hash.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type { SessionRepository } from '../../../../ports/session-repository.ts';
import { blank, hotStatement } from '../hot-statement.ts';
import type { Schema } from '../schema.ts';
import { toSession, toSessionRow } from './session-row.ts';

export class KyselySessions implements SessionRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(session: Session): Promise<void> {
    const row = toSessionRow(session);
    await insert(this.#db, ...COLUMNS.map((column) => row[column]));
  }

  async touch(id: SessionId, at: Instant): Promise<void> {
    const update = this.#db.updateTable('sessions').set({ last_seen_at: at }).where('id', '=', id);
    await update.where('last_seen_at', '<', at).execute();
  }

  async get(id: SessionId): Promise<Session> {
    const row = await this.#db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new DomainError('session.not-found', 'There is no such session.');
    return toSession(row);
  }

  async remove(which: { id: SessionId } | { tokenHash: TokenHash }): Promise<void> {
    const gone = this.#db.deleteFrom('sessions');
    await ('id' in which ? gone.where('id', '=', which.id) : gone.where('token_hash', '=', which.tokenHash)).execute();
  }

  async removeAllOf(userId: UserId, { except }: { except?: SessionId } = {}): Promise<void> {
    const gone = this.#db.deleteFrom('sessions').where('user_id', '=', userId);
    await (except === undefined ? gone : gone.where('id', '!=', except)).execute();
  }
}

const COLUMNS = [
  'id',
  'user_id',
  'token_hash',
  'created_at',
  'last_seen_at',
  'ip',
  'user_agent',
] as const satisfies (keyof Schema['sessions'])[];

const insert = hotStatement((db) => db.insertInto('sessions').values(blank(COLUMNS)));
