import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { KnownNetwork } from '../../../../domain/user/known-network.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { KnownNetworks } from '../../../../ports/known-networks.ts';
import { compiledQuery } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { NO_USER_ID, oneRow, orElse, rehydrate } from './rows.ts';

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
    const [row] = (await byHash(this.db, hash)).rows;
    const network = row && toNetwork(row);
    return row?.hash === NO_NETWORK.hash ? undefined : network;
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

/** One row for every hash, so that the time does not reveal whether the account has logged in from there. */
const byHash = compiledQuery<Row>((db) => {
  const columns = ['hash', 'user_id', 'expires_at'] as const;
  return oneRow(db)
    .leftJoin('known_networks', (join) => join.on('hash', '=', ''))
    .select(columns.map((column) => orElse(column, NO_NETWORK[column]).as(column)));
});

const toNetwork = (row: Row): KnownNetwork =>
  rehydrate('known network', () =>
    KnownNetwork.fromSnapshot({
      hash: TokenHash.parse(row.hash),
      userId: UserId.parse(row.user_id),
      expiresAt: Instant.parse(row.expires_at),
    }),
  );
