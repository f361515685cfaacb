import { type Selectable, sql } from 'kysely';
import { AuditEntry } from '../../../../domain/audit/audit-entry.ts';
import type { AuditLog } from '../../../../ports/audit-log.ts';
import { compiledQueries, compiledQuery, placeholders } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyAuditLog extends KyselyRepository implements AuditLog {
  async append(entry: AuditEntry): Promise<void> {
    const { id, at, actor, action, subject, requestId, ip, userAgent } = entry.toSnapshot();
    const client = [requestId ?? null, ip ?? null, userAgent ?? null];
    const ids = [actor.kind, actor.id ?? null, action, subject.kind, subject.id ?? null];
    await insert(this.db, id, entry.text, at, ...ids, ...client);
  }

  async listUnsealed({ limit }: { limit: number }): Promise<readonly AuditEntry[]> {
    return (await unsealed(limit)(this.db)).rows.map(toEntry);
  }
}

type Row = Selectable<Schema['audit_entries']>;

const insert = compiledQuery((db) =>
  db
    .insertInto('audit_entries')
    .values(
      placeholders([
        'id',
        'entry',
        'at',
        'actor_kind',
        'actor_id',
        'action',
        'subject_kind',
        'subject_id',
        'request_id',
        'ip',
        'user_agent',
      ]),
    ),
);

const unsealed = compiledQueries<Row>((db, limit) =>
  db.selectFrom('audit_entries').selectAll().where('seq', 'is', null).orderBy('id').limit(sql.lit(limit)),
);

const toEntry = (row: Row): AuditEntry =>
  rehydrate(`audit entry ${row.id}`, () =>
    AuditEntry.fromStore(row.entry, { ip: row.ip ?? undefined, userAgent: row.user_agent ?? undefined }),
  );
