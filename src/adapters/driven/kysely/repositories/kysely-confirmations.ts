import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { oneOf } from '../../../../domain/shared/invariant.ts';
import { CONFIRMATION_PURPOSES, Confirmation, type ConfirmationPurpose } from '../../../../domain/user/confirmation.ts';
import { Email } from '../../../../domain/user/email.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { ConfirmationRepository } from '../../../../ports/confirmation-repository.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyConfirmations extends KyselyRepository implements ConfirmationRepository {
  async add(confirmation: Confirmation): Promise<void> {
    const { tokenHash, purpose, userId, email, requestedAt, expiresAt } = confirmation.toSnapshot();
    const row = { token_hash: tokenHash, purpose, user_id: userId, email };
    await this.db
      .insertInto('confirmations')
      .values({ ...row, requested_at: requestedAt, expires_at: expiresAt })
      .execute();
  }

  async find(tokenHash: TokenHash): Promise<Confirmation | undefined> {
    const found = this.db.selectFrom('confirmations').where('token_hash', '=', tokenHash).selectAll();
    const row = await found.executeTakeFirst();
    return row && toConfirmation(row);
  }

  async take(tokenHash: TokenHash): Promise<Confirmation | undefined> {
    const taken = this.db.deleteFrom('confirmations').where('token_hash', '=', tokenHash).returningAll();
    const row = await taken.executeTakeFirst();
    return row && toConfirmation(row);
  }

  async listOf(userId: UserId, purpose: ConfirmationPurpose): Promise<readonly Confirmation[]> {
    const all = this.db.selectFrom('confirmations').where('user_id', '=', userId).where('purpose', '=', purpose);
    return (await all.selectAll().execute()).map(toConfirmation);
  }

  async removeAllOf(userId: UserId, purpose?: ConfirmationPurpose): Promise<number> {
    const all = this.db.deleteFrom('confirmations').where('user_id', '=', userId);
    const removal =
      purpose === undefined ? all.where('purpose', '!=', 'cancelled') : all.where('purpose', '=', purpose);
    return Number((await removal.executeTakeFirst()).numDeletedRows);
  }
}

const toConfirmation = (row: Selectable<Schema['confirmations']>): Confirmation =>
  rehydrate('confirmation', () =>
    Confirmation.fromSnapshot({
      tokenHash: TokenHash.parse(row.token_hash),
      purpose: oneOf(CONFIRMATION_PURPOSES, row.purpose),
      userId: row.user_id === null ? null : UserId.parse(row.user_id),
      email: Email.fromStore(row.email),
      requestedAt: Instant.parse(row.requested_at),
      expiresAt: Instant.parse(row.expires_at),
    }),
  );
