import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { KnownNetwork } from '../../../../domain/user/known-network.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { KnownNetworks } from '../../../../ports/known-networks.ts';
import { compiledQuery } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

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
    return row && toNetwork(row);
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

const byHash = compiledQuery<Row>((db) => db.selectFrom('known_networks').selectAll().where('hash', '=', ''));

type Row = Selectable<Schema['known_networks']>;

const toNetwork = (row: Row): KnownNetwork =>
  rehydrate('known network', () =>
    KnownNetwork.fromSnapshot({
      hash: TokenHash.parse(row.hash),
      userId: UserId.parse(row.user_id),
      expiresAt: Instant.parse(row.expires_at),
    }),
  );
