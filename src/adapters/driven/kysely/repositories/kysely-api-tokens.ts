import { type Selectable, sql } from 'kysely';
import {
  ApiToken,
  ApiTokenId,
  ApiTokenName,
  type ApiTokenSnapshot,
  type TokenOwner,
} from '../../../../domain/access/api-token.ts';
import { NetworkRange } from '../../../../domain/access/network-range.ts';
import { ROLE_NAMES, SCOPES } from '../../../../domain/access/scope.ts';
import { Product } from '../../../../domain/license/product.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { invariant, oneOf } from '../../../../domain/shared/invariant.ts';
import { Email } from '../../../../domain/user/email.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { ApiTokenQueries, FoundApiToken } from '../../../../ports/api-token-queries.ts';
import type { ApiTokenRepository, TokenUse } from '../../../../ports/api-token-repository.ts';
import { compiledQuery, placeholders } from '../compiled-query.ts';
import { isMissingReference } from '../database-errors.ts';
import { type Database, lockingRows, locksRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { BEFORE_ALL_IDS, rehydrate, textsIn } from './rows.ts';

export class KyselyApiTokens extends KyselyRepository implements ApiTokenRepository {
  async lock(id: ApiTokenId): Promise<ApiToken> {
    const query = this.db.selectFrom('api_tokens').selectAll().where('id', '=', id);
    const row = await lockingRows(this.db, query).executeTakeFirst();
    if (row === undefined) throw notFound();
    return ApiToken.fromSnapshot(toSnapshot(row));
  }

  async save(token: ApiToken): Promise<void> {
    const { id, last_used_at, last_used_ip, ...row } = toRow(token.toSnapshot());
    const { version } = token;
    try {
      const written =
        version === 0
          ? await this.db
              .insertInto('api_tokens')
              .values({ id, last_used_at, last_used_ip, ...row })
              .onConflict((on) => on.column('id').doNothing())
              .executeTakeFirst()
          : await this.db
              .updateTable('api_tokens')
              .set(row)
              .where('id', '=', id)
              .where('version', '=', version)
              .executeTakeFirst();
      const rows = 'numUpdatedRows' in written ? written.numUpdatedRows : written.numInsertedOrUpdatedRows;
      if (rows !== 1n) throw new DomainError('token.stale', 'The token has changed since.');
    } catch (error) {
      if (!isMissingReference(error)) throw error;
      throw new DomainError('user.not-found', 'There is no such user.', { cause: error });
    }
  }

  async remove(id: ApiTokenId): Promise<void> {
    await this.db.deleteFrom('api_tokens').where('id', '=', id).execute();
  }

  async countLive(ownerId: UserId | null, at: Instant): Promise<number> {
    // No row exists that could be locked in place of the tokens that others are about to add.
    if (locksRows(this.db)) {
      await sql`select pg_advisory_xact_lock(${sql.lit(COUNT_LOCK)}, hashtext(${ownerId ?? ''}))`.execute(this.db);
    }
    const { count } = await this.db
      .selectFrom('api_tokens')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('owner_id', ownerId === null ? 'is' : '=', ownerId)
      .where('expires_at', '>', at)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async touchLastUsed(uses: readonly TokenUse[]): Promise<void> {
    // All instances lock rows in the same order, so that no two wait for each other.
    const inOrder = [...uses].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id, at, ip } of inOrder) await touch(this.db, at, ip, id, at);
  }
}

/** Separates this advisory lock from others: a random number. */
const COUNT_LOCK = 1_830_114_467;

export class KyselyApiTokenQueries extends KyselyRepository implements ApiTokenQueries {
  async findByHash(tokenHash: TokenHash): Promise<FoundApiToken | undefined> {
    const [row] = (await byHash(this.db, tokenHash, tokenHash)).rows;
    return row && toFound(row);
  }

  async get(id: ApiTokenId): Promise<FoundApiToken> {
    const [row] = (await byId(this.db, id)).rows;
    if (row === undefined) throw notFound();
    return toFound(row);
  }

  async list(): Promise<readonly FoundApiToken[]> {
    return (await all(this.db, BEFORE_ALL_IDS)).rows.map(toFound);
  }
}

const notFound = () => new DomainError('token.not-found', 'There is no such token.');

type Row = Selectable<Schema['api_tokens']>;
type OwnerRow = Pick<Selectable<Schema['users']>, 'email' | 'role' | 'banned_at' | 'is_sample'>;
type RowWithOwner = Row & { [Column in keyof OwnerRow]: OwnerRow[Column] | null };

// The owner by subqueries, not by a join: SQLite plans a join anew at each run.
const withOwner = (db: Database) =>
  db
    .selectFrom('api_tokens')
    .selectAll('api_tokens')
    .select((eb) =>
      OWNER_COLUMNS.map((name) => eb.selectFrom('users').select(name).whereRef('users.id', '=', 'owner_id').as(name)),
    )
    .$castTo<RowWithOwner>();

const OWNER_COLUMNS = ['email', 'role', 'banned_at', 'is_sample'] as const satisfies (keyof OwnerRow)[];

const byId = compiledQuery<RowWithOwner>((db) => withOwner(db).where('id', '=', ''));

const all = compiledQuery<RowWithOwner>((db) => withOwner(db).where('id', '>', '').orderBy('id', 'desc'));

const byHash = compiledQuery<RowWithOwner>((db) =>
  withOwner(db).where((eb) => eb.or([eb('token_hash', '=', ''), eb('previous_hash', '=', '')])),
);

const toFound = (row: RowWithOwner): FoundApiToken => ({
  token: ApiToken.fromSnapshot(toSnapshot(row)),
  owner: row.owner_id === null ? null : rehydrate(`user ${row.owner_id}`, () => toOwner(row)),
});

const toOwner = ({ email, role, banned_at: bannedAt, is_sample: isSample }: RowWithOwner): TokenOwner => ({
  email: Email.fromStore(email ?? ''),
  role: role === null ? null : oneOf(ROLE_NAMES, role),
  isBanned: bannedAt !== null,
  isSample: isSample === 1,
});

const touch = compiledQuery((db) =>
  db
    .updateTable('api_tokens')
    .set(placeholders(['last_used_at', 'last_used_ip']))
    .where('id', '=', '')
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', '')])),
);

const toRow = (token: ApiTokenSnapshot): Schema['api_tokens'] => ({
  id: token.id,
  owner_id: token.ownerId,
  name: token.name,
  token_hash: token.tokenHash,
  hint: token.hint,
  scopes: JSON.stringify(token.scopes),
  products: JSON.stringify(token.products),
  networks: JSON.stringify(token.networks),
  created_at: token.createdAt,
  days: token.days,
  expires_at: token.expiresAt,
  previous_hash: token.previous?.tokenHash ?? null,
  previous_valid_until: token.previous?.validUntil ?? null,
  last_used_at: token.lastUsedAt,
  last_used_ip: token.lastUsedIp,
  version: token.version + 1,
});

const toSnapshot = (row: Row): ApiTokenSnapshot =>
  rehydrate(`API token ${row.id}`, () => ({
    id: ApiTokenId.parse(row.id),
    ownerId: row.owner_id === null ? null : UserId.parse(row.owner_id),
    name: ApiTokenName.fromStore(row.name),
    tokenHash: TokenHash.parse(row.token_hash),
    hint: row.hint,
    scopes: textsIn(row.scopes).map((scope) => oneOf(SCOPES, scope)),
    products: textsIn(row.products).map(Product.fromStore),
    networks: textsIn(row.networks).map((text) => {
      const range = NetworkRange.tryParse(text);
      invariant(range !== undefined, `"${text}" is no network`);
      return range;
    }),
    createdAt: Instant.parse(row.created_at),
    days: row.days,
    expiresAt: Instant.parse(row.expires_at),
    previous:
      row.previous_hash === null || row.previous_valid_until === null
        ? null
        : { tokenHash: TokenHash.parse(row.previous_hash), validUntil: Instant.parse(row.previous_valid_until) },
    lastUsedAt: row.last_used_at === null ? null : Instant.parse(row.last_used_at),
    lastUsedIp: row.last_used_ip,
    version: row.version,
  }));
