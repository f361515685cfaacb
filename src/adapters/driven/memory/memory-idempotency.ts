import type { Instant } from '../../../domain/shared/instant.ts';
import type { IdempotencyRecord, IdempotencyRecords } from '../../../ports/idempotency-records.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryIdempotency extends MemoryRepository implements IdempotencyRecords {
  async find(key: string, at: Instant): Promise<IdempotencyRecord | undefined> {
    const row = this.tables.idempotencyRecords.get(key);
    return row === undefined || row.expiresAt <= at ? undefined : { fingerprint: row.fingerprint, answer: row.answer };
  }

  async begin(record: { key: string; fingerprint: string; at: Instant; expiresAt: Instant }) {
    const { key, fingerprint, at, expiresAt } = record;
    const found = await this.find(key, at);
    if (found === undefined) this.tables.idempotencyRecords.set(key, { fingerprint, expiresAt, answer: '' });
    return found;
  }

  async complete(key: string, answer: string): Promise<void> {
    const row = this.tables.idempotencyRecords.get(key);
    if (row !== undefined) this.tables.idempotencyRecords.set(key, { ...row, answer });
  }
}
