import { Instant } from '../../../../domain/shared/instant.ts';
import type { SecondFactor } from '../../../../domain/user/second-factor.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type { SecondFactorRepository } from '../../../../ports/second-factor-repository.ts';
import { locksRows } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselySecondFactors extends KyselyRepository implements SecondFactorRepository {
  async find(userId: UserId): Promise<SecondFactor | undefined> {
    const query = this.db.selectFrom('second_factors').where('user_id', '=', userId).selectAll();
    const row = await (locksRows(this.db) ? query.forUpdate() : query).executeTakeFirst();
    return row === undefined
      ? undefined
      : rehydrate(`second factor of ${userId}`, () => ({
          userId,
          sealedSeed: row.seed,
          confirmedAt: row.confirmed_at === null ? null : Instant.parse(row.confirmed_at),
          expiresAt: row.expires_at === null ? null : Instant.parse(row.expires_at),
          lastStep: row.last_step,
        }));
  }

  async put({ userId, sealedSeed, confirmedAt, expiresAt, lastStep }: SecondFactor): Promise<void> {
    const values = { seed: sealedSeed, confirmed_at: confirmedAt, expires_at: expiresAt, last_step: lastStep };
    await this.db
      .insertInto('second_factors')
      .values({ user_id: userId, ...values })
      .onConflict((on) => on.column('user_id').doUpdateSet(values))
      .execute();
  }
}
