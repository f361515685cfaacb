import type { Kysely } from 'kysely';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { isOutgoingEmail, type Outbox, type OutgoingEmail, type QueuedEmail } from '../../../../ports/outbox.ts';
import { blank, hotStatement } from '../hot-statement.ts';
import { locksRows } from '../locks-rows.ts';
import type { Schema } from '../schema.ts';
import { storable } from './storable.ts';

export class KyselyOutbox implements Outbox {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(id: string, letter: OutgoingEmail, at: Instant): Promise<void> {
    await insert(this.#db, id, JSON.stringify(letter), at, at, 0, null);
  }

  async claim(wish: { at: Instant; leaseUntil: Instant; limit: number }): Promise<readonly QueuedEmail[]> {
    const { at, leaseUntil, limit } = wish;
    const oldest = this.#db.selectFrom('outbox').select('id').where('due_at', '<=', at).orderBy('due_at').orderBy('id');
    const few = oldest.limit(limit);
    // What another worker is just taking is passed over, not waited for.
    const due = await (locksRows(this.#db) ? few.forUpdate().skipLocked() : few).execute();
    if (due.length === 0) return [];
    const order = due.map(({ id }) => id);
    const claimed = await this.#db
      .updateTable('outbox')
      .set({ due_at: leaseUntil })
      .where('id', 'in', order)
      .where('due_at', '<=', at)
      .returning(['id', 'letter', 'attempts'])
      .execute();
    return claimed.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id)).map(toWaitingLetter);
  }

  async done(id: string): Promise<void> {
    await this.#db.deleteFrom('outbox').where('id', '=', id).execute();
  }

  async postpone(id: string, until: Instant | undefined, reason: string): Promise<void> {
    await this.#db
      .updateTable('outbox')
      .set((eb) => ({
        due_at: until ?? null,
        attempts: eb('attempts', '+', 1),
        last_failure: storable(reason.slice(0, 500)),
      }))
      .where('id', '=', id)
      .execute();
  }
}

const insert = hotStatement((db) =>
  db.insertInto('outbox').values(blank(['id', 'letter', 'created_at', 'due_at', 'attempts', 'last_failure'])),
);

const toWaitingLetter = (row: { id: string; letter: string; attempts: number }): QueuedEmail => ({
  ...row,
  email: letterFrom(row.letter),
});

const letterFrom = (stored: string): OutgoingEmail | undefined => {
  try {
    const letter: unknown = JSON.parse(stored);
    return isOutgoingEmail(letter) ? letter : undefined;
  } catch {
    return undefined;
  }
};
