import { type Selectable, sql } from 'kysely';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { invariant } from '../../../../domain/shared/invariant.ts';
import type { IdempotencyRecord, IdempotencyRecords } from '../../../../ports/idempotency-records.ts';
import { compiledQuery, deferrableQuery, placeholders } from '../compiled-query.ts';
import { isLockTimeout } from '../database-errors.ts';
import { type Database, isPostgres, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';

const IN_FLIGHT = 'The first request with this idempotency key is still running. Try again in a moment.';

export class KyselyIdempotency extends KyselyRepository implements IdempotencyRecords {
  async find(key: string, at: Instant): Promise<IdempotencyRecord | undefined> {
    const [row] = (await select(this.db, key, at)).rows;
    return row === undefined ? undefined : toRecord(row);
  }

  async begin(record: { key: string; fingerprint: string; at: Instant; expiresAt: Instant }) {
    const { key, fingerprint, at, expiresAt } = record;
    try {
      // On SQLite all units of work wait for one another.
      if (isPostgres(this.db)) await sql`set local lock_timeout = '3s'`.execute(this.db);
      const { numAffectedRows } = await take(this.db, key, fingerprint, null, expiresAt, at);
      return numAffectedRows === 1n ? undefined : await this.find(key, at);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      throw new DomainError('idempotency.in-flight', IN_FLIGHT, { cause: error });
    }
  }

  async complete(key: string, answer: string): Promise<void> {
    await setAnswer(this.db, answer, key);
  }
}

type Row = Pick<Selectable<Schema['idempotency_records']>, 'key' | 'fingerprint' | 'answer'>;

const select = compiledQuery<Row>((db: Database) =>
  db
    .selectFrom('idempotency_records')
    .select(['key', 'fingerprint', 'answer'])
    .where('key', '=', '')
    .where('expires_at', '>', ''),
);

/** Inserts, or replaces an expired record. Waits for the transaction that has inserted the same key. */
const take = compiledQuery((db) =>
  db
    .insertInto('idempotency_records')
    .values(placeholders(['key', 'fingerprint', 'answer', 'expires_at']))
    .onConflict((on) =>
      on
        .column('key')
        .doUpdateSet((eb) => ({
          fingerprint: eb.ref('excluded.fingerprint'),
          answer: eb.ref('excluded.answer'),
          expires_at: eb.ref('excluded.expires_at'),
        }))
        .where('idempotency_records.expires_at', '<=', ''),
    ),
);

const setAnswer = deferrableQuery((db) =>
  db.updateTable('idempotency_records').set({ answer: '' }).where('key', '=', ''),
);

const toRecord = ({ key, fingerprint, answer }: Row): IdempotencyRecord => {
  invariant(answer !== null, `The idempotency record ${key} was committed without an answer`);
  return { fingerprint, answer };
};
