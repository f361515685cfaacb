import type { Instant } from '../../../domain/shared/instant.ts';
import { isOutgoingEmail, type Outbox, type OutgoingEmail, type QueuedEmail } from '../../../ports/outbox.ts';
import { MemoryRepository } from './memory-repository.ts';
import type { OutboxRow } from './memory-tables.ts';

export class MemoryOutbox extends MemoryRepository implements Outbox {
  async add(id: string, email: OutgoingEmail, at: Instant): Promise<void> {
    this.tables.outbox.set(id, { id, email, attempts: 0, dueAt: at });
  }

  async claim(query: Parameters<Outbox['claim']>[0]): Promise<readonly QueuedEmail[]> {
    const due = [...this.tables.outbox.values()].filter(
      ({ dueAt }) => dueAt !== undefined && (dueAt <= query.at || dueAt > query.latestDue),
    );
    const claimed = due.sort((a, b) => (dueOrder(a) < dueOrder(b) ? -1 : 1)).slice(0, query.limit);
    for (const row of claimed) this.tables.outbox.set(row.id, { ...row, dueAt: query.leaseUntil });
    return claimed.map(({ id, email, attempts }) => ({
      id,
      email: isOutgoingEmail(email) ? email : undefined,
      attempts,
    }));
  }

  async renew(id: string, lease: Instant, until: Instant): Promise<boolean> {
    const row = this.tables.outbox.get(id);
    if (row?.dueAt !== lease) return false;
    this.tables.outbox.set(id, { ...row, dueAt: until });
    return true;
  }

  async done(id: string): Promise<void> {
    this.tables.outbox.delete(id);
  }

  async postpone(id: string, until: Instant | undefined, reason: string): Promise<void> {
    const row = this.tables.outbox.get(id);
    if (row === undefined) return;
    this.tables.outbox.set(id, { ...row, dueAt: until, attempts: row.attempts + 1, lastError: reason });
  }
}

/** The longest due first; of two due at the same time, the older. */
const dueOrder = ({ dueAt, id }: OutboxRow): string => `${dueAt} ${id}`;
