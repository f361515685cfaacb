import { type Selectable, sql } from 'kysely';
import { ROLE_NAMES } from '../../../../domain/access/scope.ts';
import { latestRecorded } from '../../../../domain/shared/clock-skew.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { BrokenInvariant, oneOf } from '../../../../domain/shared/invariant.ts';
import type { Email } from '../../../../domain/user/email.ts';
import { Session } from '../../../../domain/user/session.ts';
import { SessionId } from '../../../../domain/user/session-id.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { SessionQueries } from '../../../../ports/session-queries.ts';
import type { SessionRepository } from '../../../../ports/session-repository.ts';
import { compiledQuery, limitedQueries } from '../compiled-query.ts';
import { equalsParameter, lockingRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { BEFORE_ALL_IDS, rehydrate } from './rows.ts';

export class KyselySessions extends KyselyRepository implements SessionRepository {
  async add(session: Session): Promise<void> {
    const row = toRow(session);
    const { numAffectedRows } = await insert(this.db, ...COLUMNS.map((column) => row[column]), row.user_id);
    if (numAffectedRows !== 1n) throw new BrokenInvariant('A session of an unknown user');
  }

  async touch(id: SessionId, at: Instant): Promise<void> {
    const update = this.db.updateTable('sessions').set({ last_seen_at: at }).where('id', '=', id);
    await update
      .where('created_at', '<=', at)
      .where((eb) => eb.or([eb('last_seen_at', '<', at), eb('last_seen_at', '>', latestRecorded(at))]))
      .execute();
  }

  async elevate(id: SessionId, until: Instant): Promise<void> {
    const update = this.db.updateTable('sessions').set({ elevated_until: until }).where('id', '=', id);
    const { numUpdatedRows } = await update.executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new DomainError('session.not-found', 'There is no such session.');
  }

  async find(id: SessionId): Promise<Session | undefined> {
    const row = await this.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toSession(row);
  }

  async remove(which: { id: SessionId } | { tokenHash: TokenHash }): Promise<Session | undefined> {
    const deletion = this.db.deleteFrom('sessions').returningAll();
    const row = await ('id' in which
      ? deletion.where('id', '=', which.id)
      : deletion.where('token_hash', '=', which.tokenHash)
    ).executeTakeFirst();
    return row && toSession(row);
  }

  async removeOldestOf(userId: UserId, { keep }: { keep: number }): Promise<number> {
    const { numAffectedRows } = await removeOldest(this.db, userId, userId, 1, keep);
    return Number(numAffectedRows);
  }

  async removeAllOf(userId: UserId, { except }: { except?: SessionId | undefined } = {}): Promise<number> {
    const deletion = this.db.deleteFrom('sessions').where('user_id', '=', userId);
    const others = except === undefined ? deletion : deletion.where('id', '!=', except);
    return Number((await others.executeTakeFirst()).numDeletedRows);
  }
}

export class KyselySessionQueries extends KyselyRepository implements SessionQueries {
  async findByToken(tokenHash: TokenHash): ReturnType<SessionQueries['findByToken']> {
    const [row] = (await byToken(this.db, tokenHash)).rows;
    if (row === undefined) return undefined;
    const { user_role: name } = row;
    return {
      session: toSession(row),
      email: row.user_email as Email,
      role: name === null ? null : rehydrate(`role of user ${row.user_id}`, () => oneOf(ROLE_NAMES, name)),
      isSample: row.user_is_sample === 1,
      hasSecondFactor: row.user_mfa === 1,
    };
  }

  async list(query: Parameters<SessionQueries['list']>[0]): Promise<readonly Session[]> {
    const { userId, limit, after = BEFORE_ALL_IDS, begunAfter, seenAfter, staffSeenAfter } = query;
    const { rows } = await liveOf(limit)(this.db, userId, after, begunAfter, seenAfter, staffSeenAfter);
    return rows.map(toSession);
  }
}

const liveOf = limitedQueries<Row>((db, limit) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where(equalsParameter(db, 'user_id'))
    .where('id', '>', '')
    .where('created_at', '>', '')
    .where('last_seen_at', '>', '')
    .where((eb) => eb.or([eb('last_seen_at', '>', ''), eb('user_role', 'is', null)]))
    .orderBy('id')
    .limit(limit),
);

type Row = Selectable<Schema['sessions']>;

const COLUMNS = [
  'id',
  'user_id',
  'token_hash',
  'created_at',
  'last_seen_at',
  'elevated_until',
  'ip',
  'user_agent',
] as const satisfies (keyof Schema['sessions'])[];

// On Postgres the lock keeps out a change of the user that would not see this session. A unit of work that has read the
// user has it already.
const insert = compiledQuery((db) => {
  const values = COLUMNS.map((column) => sql.val('').as(column));
  const user = db
    .selectFrom('users')
    .select([...values, 'email', 'role', 'is_sample', 'mfa'])
    .where('users.id', '=', '');
  return db
    .insertInto('sessions')
    .columns([...COLUMNS, 'user_email', 'user_role', 'user_is_sample', 'user_mfa'])
    .expression(lockingRows(db, user, 'forNoKeyUpdate'));
});

/** Up to the newest one of those to be removed, which does not exist where there are few. */
const removeOldest = compiledQuery((db) =>
  db
    .deleteFrom('sessions')
    .where('user_id', '=', '')
    .where('id', '<=', (eb) =>
      eb.selectFrom('sessions').select('id').where('user_id', '=', '').orderBy('id', 'desc').limit(1).offset(0),
    ),
);

// perf: the row has what is needed of the user. A second search, for the user, took 0.6 of 4.0 µs among 1,000 users and
// 5.6 of 15.7 µs among 1,000,000.
const byToken = compiledQuery<Row>((db) => db.selectFrom('sessions').selectAll().where('token_hash', '=', ''));

const toRow = (session: Session): Pick<Row, (typeof COLUMNS)[number]> => {
  const { id, userId, tokenHash, createdAt, lastSeenAt, elevatedUntil, ip, userAgent } = session.toSnapshot();
  return {
    id,
    user_id: userId,
    token_hash: tokenHash,
    created_at: createdAt,
    last_seen_at: lastSeenAt,
    elevated_until: elevatedUntil,
    ip,
    user_agent: userAgent,
  };
};

const toSession = (row: Row): Session =>
  rehydrate(`session ${row.id}`, () =>
    Session.fromSnapshot({
      id: SessionId.parse(row.id),
      userId: UserId.parse(row.user_id),
      tokenHash: TokenHash.parse(row.token_hash),
      createdAt: Instant.parse(row.created_at),
      lastSeenAt: Instant.parse(row.last_seen_at),
      elevatedUntil: row.elevated_until === null ? null : Instant.parse(row.elevated_until),
      ip: row.ip,
      userAgent: row.user_agent,
    }),
  );
