import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { LoginChallenge } from '../../../../domain/user/login-challenge.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { LoginChallengeRepository } from '../../../../ports/login-challenge-repository.ts';
import { lockingRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyLoginChallenges extends KyselyRepository implements LoginChallengeRepository {
  async put(challenge: LoginChallenge): Promise<void> {
    const snapshot = challenge.toSnapshot();
    const row = {
      token_hash: snapshot.tokenHash,
      user_id: snapshot.userId,
      password_digest: snapshot.passwordDigest,
      earlier_token_hash: snapshot.earlierTokenHash,
      failures: snapshot.failures,
      requested_at: snapshot.requestedAt,
      expires_at: snapshot.expiresAt,
    };
    await this.db
      .insertInto('login_challenges')
      .values(row)
      .onConflict((on) => {
        const { password_digest, failures } = row;
        return on.column('token_hash').doUpdateSet({ password_digest, failures });
      })
      .execute();
  }

  async find(tokenHash: TokenHash): Promise<LoginChallenge | undefined> {
    const query = this.db.selectFrom('login_challenges').where('token_hash', '=', tokenHash).selectAll();
    return toChallenge(await lockingRows(this.db, query).executeTakeFirst());
  }

  async remove(tokenHash: TokenHash): Promise<void> {
    await this.db.deleteFrom('login_challenges').where('token_hash', '=', tokenHash).execute();
  }

  async removeAllOf(userId: UserId): Promise<void> {
    await this.db.deleteFrom('login_challenges').where('user_id', '=', userId).execute();
  }
}

const toChallenge = (row: Selectable<Schema['login_challenges']> | undefined): LoginChallenge | undefined =>
  row === undefined
    ? undefined
    : rehydrate('login challenge', () =>
        LoginChallenge.fromSnapshot({
          tokenHash: TokenHash.parse(row.token_hash),
          userId: UserId.parse(row.user_id),
          passwordDigest: TokenHash.parse(row.password_digest),
          earlierTokenHash: row.earlier_token_hash === null ? null : TokenHash.parse(row.earlier_token_hash),
          failures: row.failures,
          requestedAt: Instant.parse(row.requested_at),
          expiresAt: Instant.parse(row.expires_at),
        }),
      );
