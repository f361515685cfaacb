import { type Selectable, sql } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { KnownNetwork } from '../../../../domain/user/known-network.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { KnownNetworks } from '../../../../ports/known-networks.ts';
import { compiledQuery } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { NO_USER_ID, rehydrate } from './rows.ts';

export class KyselyKnownNetworks extends KyselyRepository implements KnownNetworks {
  async put(network: KnownNetwork, { keep }: { keep: number }): Promise<void> {
    const { hash, userId, expiresAt } = network.toSnapshot();
    await this.db
      .insertInto('known_networks')
      .values({ hash, user_id: userId, expires_at: expiresAt })
      .onConflict((on) => on.column('hash').doUpdateSet({ expires_at: expiresAt }))
      .execute();
    const kept = this.#newestOf(userId).select('hash').limit(keep);
    await this.db.deleteFrom('known_networks').where('user_id', '=', userId).where('hash', 'not in', kept).execute();
  }

  async find(hash: TokenHash): Promise<KnownNetwork | undefined> {
    const [row] = (await atOrAfter(this.db, hash)).rows;
    const found = row?.hash === hash ? row : undefined;
    const network = toNetwork(found ?? NO_NETWORK);
    return found && network;
  }

  async listOf(userId: UserId): Promise<readonly KnownNetwork[]> {
    return (await this.#newestOf(userId).selectAll().execute()).map(toNetwork);
  }

  async removeAllOf(userId: UserId): Promise<void> {
    await this.db.deleteFrom('known_networks').where('user_id', '=', userId).execute();
  }

  #newestOf(userId: UserId) {
    return this.db
      .selectFrom('known_networks')
      .where('user_id', '=', userId)
      .orderBy('expires_at', 'desc')
      .orderBy('hash', 'desc');
  }
}

type Row = Selectable<Schema['known_networks']>;

/** In place of a network that is not known. */
const NO_NETWORK: Row = {
  hash: '0'.repeat(64),
  user_id: NO_USER_ID,
  expires_at: '2000-01-01T00:00:00.000Z',
};

/**
 * For an unknown hash the next one, so that the time does not reveal whether it is known. A row is read for all hashes but
 * the few past the last one.
 */
const atOrAfter = compiledQuery<Row>((db) =>
  db.selectFrom('known_networks').selectAll().where('hash', '>=', '').orderBy('hash').limit(sql.lit(1)),
);

const toNetwork = (row: Row): KnownNetwork =>
  rehydrate('known network', () =>
    KnownNetwork.fromSnapshot({
      hash: TokenHash.parse(row.hash),
      userId: UserId.parse(row.user_id),
      expiresAt: Instant.parse(row.expires_at),
    }),
  );
