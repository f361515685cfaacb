import { Instant } from '../../../../domain/shared/instant.ts';
import { SecondFactor } from '../../../../domain/user/second-factor.ts';
import type { TokenHash } from '../../../../domain/user/token-hash.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type { SecondFactorRepository } from '../../../../ports/second-factor-repository.ts';
import { compiledQuery } from '../compiled-query.ts';
import { lockingRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselySecondFactors extends KyselyRepository implements SecondFactorRepository {
  async find(userId: UserId): Promise<SecondFactor | undefined> {
    const [row] = (await byUser(this.db, userId)).rows;
    return row === undefined
      ? undefined
      : rehydrate(`second factor of ${userId}`, () =>
          SecondFactor.fromSnapshot({
            userId,
            sealedSeed: row.seed,
            confirmedAt: row.confirmed_at === null ? null : Instant.parse(row.confirmed_at),
            expiresAt: row.expires_at === null ? null : Instant.parse(row.expires_at),
            lastStep: row.last_step,
          }),
        );
  }

  async put(factor: SecondFactor): Promise<void> {
    const { userId, sealedSeed, confirmedAt, expiresAt, lastStep } = factor.toSnapshot();
    const values = { seed: sealedSeed, confirmed_at: confirmedAt, expires_at: expiresAt, last_step: lastStep };
    await this.db
      .insertInto('second_factors')
      .values({ user_id: userId, ...values })
      .onConflict((on) => on.column('user_id').doUpdateSet(values))
      .execute();
    await this.#mark(userId, confirmedAt !== null);
  }

  async remove(userId: UserId): Promise<void> {
    await this.db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    await this.db.deleteFrom('second_factors').where('user_id', '=', userId).execute();
    await this.#mark(userId, false);
  }

  async replaceRecoveryCodes(userId: UserId, hashes: readonly TokenHash[]): Promise<void> {
    await this.db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    const rows = hashes.map((hash) => ({ user_id: userId, hash }));
    await this.db.insertInto('recovery_codes').values(rows).execute();
  }

  async takeRecoveryCode(userId: UserId, hash: TokenHash): Promise<boolean> {
    const deletion = this.db.deleteFrom('recovery_codes').where('user_id', '=', userId).where('hash', '=', hash);
    return (await deletion.executeTakeFirst()).numDeletedRows === 1n;
  }

  async countRecoveryCodes(userId: UserId): Promise<number> {
    const [row] = (await countCodes(this.db, userId)).rows;
    return Number(row?.count);
  }

  async #mark(userId: UserId, hasFactor: boolean): Promise<void> {
    const mfa = hasFactor ? 1 : 0;
    await this.db.updateTable('users').set({ mfa }).where('id', '=', userId).where('mfa', '!=', mfa).execute();
    const sessions = this.db.updateTable('sessions').set({ user_mfa: mfa }).where('user_id', '=', userId);
    await sessions.where('user_mfa', '!=', mfa).execute();
  }
}

const byUser = compiledQuery<Schema['second_factors']>((db) =>
  lockingRows(db, db.selectFrom('second_factors').where('user_id', '=', '').selectAll()),
);

const countCodes = compiledQuery<{ count: unknown }>((db) =>
  db
    .selectFrom('recovery_codes')
    .where('user_id', '=', '')
    .select(({ fn }) => fn.countAll().as('count')),
);
