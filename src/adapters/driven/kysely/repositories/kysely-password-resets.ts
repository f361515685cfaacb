import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { PasswordReset } from '../../../../domain/user/password-reset.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { PasswordResetRepository } from '../../../../ports/password-reset-repository.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyPasswordResets extends KyselyRepository implements PasswordResetRepository {
  async put(reset: PasswordReset): Promise<void> {
    const { userId, tokenHash, requestedAt, expiresAt, confirmsEmail } = reset.toSnapshot();
    const values = {
      token_hash: tokenHash,
      requested_at: requestedAt,
      expires_at: expiresAt,
      confirms_email: confirmsEmail ? 1 : 0,
    };
    await this.db
      .insertInto('password_resets')
      .values({ user_id: userId, ...values })
      .onConflict((on) => on.column('user_id').doUpdateSet(values))
      .execute();
  }

  async find(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const found = this.db.selectFrom('password_resets').where('token_hash', '=', tokenHash).selectAll();
    return toReset(await found.executeTakeFirst());
  }

  async take(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const taken = this.db.deleteFrom('password_resets').where('token_hash', '=', tokenHash).returningAll();
    return toReset(await taken.executeTakeFirst());
  }

  async removeOf(userId: UserId): Promise<number> {
    const removal = this.db.deleteFrom('password_resets').where('user_id', '=', userId);
    return Number((await removal.executeTakeFirst()).numDeletedRows);
  }
}

const toReset = (row: Selectable<Schema['password_resets']> | undefined): PasswordReset | undefined =>
  row === undefined
    ? undefined
    : rehydrate(`password reset of ${row.user_id}`, () =>
        PasswordReset.fromSnapshot({
          userId: UserId.parse(row.user_id),
          tokenHash: TokenHash.parse(row.token_hash),
          requestedAt: Instant.parse(row.requested_at),
          expiresAt: Instant.parse(row.expires_at),
          confirmsEmail: row.confirms_email === 1,
        }),
      );
