import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { isOutgoingEmail, type Outbox, type OutgoingEmail, type QueuedEmail } from '../../../../ports/outbox.ts';
import { deferrableQuery, placeholders } from '../compiled-query.ts';
import { locksRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { storable } from './rows.ts';

export class KyselyOutbox extends KyselyRepository implements Outbox {
  async add(id: string, email: OutgoingEmail, at: Instant): Promise<void> {
    await insert(this.db, id, JSON.stringify(email), at, at, 0, null);
  }

  async claim(query: Parameters<Outbox['claim']>[0]): Promise<readonly QueuedEmail[]> {
    const { at, leaseUntil, latestDue, limit } = query;
    const [isDue, isTooLate] = [sql<boolean>`due_at <= ${at}`, sql<boolean>`due_at > ${latestDue}`];
    const claimed = await this.#claim(isDue, leaseUntil, limit);
    return claimed.length > 0 ? claimed : this.#claim(isTooLate, leaseUntil, limit);
  }

  async #claim(condition: RawBuilder<boolean>, leaseUntil: Instant, limit: number): Promise<readonly QueuedEmail[]> {
    const oldest = this.db.selectFrom('outbox').select('id').where(condition).orderBy('due_at').orderBy('id');
    const few = oldest.limit(limit);
    // Rows that another worker is claiming are skipped, not waited for.
    const due = await (locksRows(this.db) ? few.forUpdate().skipLocked() : few).execute();
    if (due.length === 0) return [];
    const order = due.map(({ id }) => id);
    const claimed = await this.db
      .updateTable('outbox')
      .set({ due_at: leaseUntil })
      .where('id', 'in', order)
      .where(condition)
      .returning(['id', 'message', 'attempts'])
      .execute();
    return claimed.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)).map(toQueuedEmail);
  }

  async renew(id: string, lease: Instant, until: Instant): Promise<boolean> {
    const renewed = this.db
      .updateTable('outbox')
      .set({ due_at: until })
      .where('id', '=', id)
      .where('due_at', '=', lease);
    return (await renewed.executeTakeFirst()).numUpdatedRows === 1n;
  }

  async done(id: string): Promise<void> {
    await this.db.deleteFrom('outbox').where('id', '=', id).execute();
  }

  async postpone(id: string, until: Instant | undefined, reason: string): Promise<void> {
    await this.db
      .updateTable('outbox')
      .set((eb) => ({
        due_at: until ?? null,
        attempts: eb('attempts', '+', 1),
        last_error: storable(reason.slice(0, 500)),
      }))
      .where('id', '=', id)
      .execute();
  }
}

const insert = deferrableQuery((db) =>
  db.insertInto('outbox').values(placeholders(['id', 'message', 'created_at', 'due_at', 'attempts', 'last_error'])),
);

const toQueuedEmail = ({
  id,
  message,
  attempts,
}: Pick<Schema['outbox'], 'id' | 'message' | 'attempts'>): QueuedEmail => ({
  id,
  email: parseEmail(message),
  attempts,
});

const parseEmail = (stored: string): OutgoingEmail | undefined => {
  try {
    const email: unknown = JSON.parse(stored);
    return isOutgoingEmail(email) ? email : undefined;
  } catch {
    return undefined;
  }
};
