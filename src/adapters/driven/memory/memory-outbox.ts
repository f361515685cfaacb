import type { Instant } from '../../../domain/shared/instant.ts';
import { isOutgoingEmail, type Outbox, type OutgoingEmail, type QueuedEmail } from '../../../ports/outbox.ts';
import type { MemoryTables, OutboxRow } from './memory-tables.ts';

export class MemoryOutbox implements Outbox {
  readonly #rows: MemoryTables['outbox'];

  constructor({ outbox }: MemoryTables) {
    this.#rows = outbox;
  }

  async add(id: string, letter: OutgoingEmail, at: Instant): Promise<void> {
    this.#rows.set(id, { id, letter, attempts: 0, dueAt: at });
  }

  async claim(wish: { at: Instant; leaseUntil: Instant; limit: number }): Promise<readonly QueuedEmail[]> {
    const due = [...this.#rows.values()].filter(({ dueAt }) => dueAt !== undefined && dueAt <= wish.at);
    const claimed = due.sort((one, other) => (turnOf(one) < turnOf(other) ? -1 : 1)).slice(0, wish.limit);
    for (const row of claimed) this.#rows.set(row.id, { ...row, dueAt: wish.leaseUntil });
    return claimed.map(({ id, letter, attempts }) => ({
      id,
      letter: isOutgoingEmail(letter) ? letter : undefined,
      attempts,
    }));
  }

  async done(id: string): Promise<void> {
    this.#rows.delete(id);
  }

  async postpone(id: string, until: Instant | undefined, reason: string): Promise<void> {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.set(id, { ...row, dueAt: until, attempts: row.attempts + 1, lastFailure: reason });
  }
}

/** Who has waited longest comes first; of two who have waited as long, the elder. */
const turnOf = ({ dueAt, id }: OutboxRow): string => `${dueAt} ${id}`;
