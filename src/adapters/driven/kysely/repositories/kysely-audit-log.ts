import { type Selectable, sql } from 'kysely';
import { CHAIN_START, type ChainEnd, type Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditLog } from '../../../../ports/audit-log.ts';
import { compiledQueries, compiledQuery, placeholders } from '../compiled-query.ts';
import { isPostgres, locksRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyAuditLog extends KyselyRepository implements AuditLog {
  async append(entry: AuditEntry): Promise<void> {
    const { ip, userAgent } = entry.toSnapshot();
    await insert(this.db, ...Object.values(indexColumns(entry)), entry.text, ip ?? null, userAgent ?? null);
  }

  async lockHead(): Promise<ChainEnd> {
    const { seq, hash, at } = CHAIN_START;
    const [row] = (await lockEnd(this.db, 'head')).rows;
    if (row !== undefined) return toEnd(row);
    // At most once in the life of a store: the row is the lock, so it has to exist.
    await insertEnd(this.db, 'head', seq, hash, at ?? null);
    return toEnd((await lockEnd(this.db, 'head')).rows[0]);
  }

  async listUnsealed({ limit }: { limit: number }): Promise<readonly AuditEntry[]> {
    return (await unsealed(limit)(this.db)).rows.map(toEntry);
  }

  async seal(seals: ReadonlyMap<AuditEntryId, Seal>, head: ChainEnd): Promise<void> {
    let remaining = [...seals];
    while (remaining.length > 0) {
      const size = BATCHES.find((size) => size <= remaining.length) as number;
      const rows = remaining.slice(0, size).map(([id, seal]) => [id, seal.seq, seal.prev, seal.hash, seal.sealedAt]);
      await sealAll(size)(this.db, ...rows.flat());
      remaining = remaining.slice(size);
    }
    await moveEnd(this.db, head.seq, head.hash, head.at ?? null, 'head');
  }
}

/** The columns by which an entry is found. All are parts of its text. */
export const indexColumns = (entry: AuditEntry) => {
  const { id, at, actor, action, subject, requestId } = entry.toSnapshot();
  return {
    id,
    at,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    action,
    subject_kind: subject.kind,
    subject_id: subject.id ?? null,
    request_id: requestId ?? null,
  } satisfies Partial<AuditRow>;
};

export type AuditRow = Selectable<Schema['audit_entries']>;

/** Entries in one statement. A few sizes, so that few statements have to be prepared. */
const BATCHES = [512, 64, 8, 1];

const insert = compiledQuery((db) =>
  db
    .insertInto('audit_entries')
    .values(
      placeholders([
        'id',
        'at',
        'actor_kind',
        'actor_id',
        'action',
        'subject_kind',
        'subject_id',
        'request_id',
        'entry',
        'ip',
        'user_agent',
      ]),
    ),
);

const unsealed = compiledQueries<AuditRow>((db, limit) =>
  db.selectFrom('audit_entries').selectAll().where('seq', 'is', null).orderBy('id').limit(sql.lit(limit)),
);

const sealAll = compiledQueries((db, size) => {
  const types = isPostgres(db) ? ['::uuid', '::bigint', '', '', '::timestamptz'] : ['', '', '', '', ''];
  const row = sql`(${sql.join(types.map((type) => sql`${''}${sql.raw(type)}`))})`;
  const update = sql`
    with sealed (id, seq, prev, hash, sealed_at) as (values ${sql.join(Array(size).fill(row))})
    update audit_entries
    set seq = sealed.seq, prev = sealed.prev, hash = sealed.hash, sealed_at = sealed.sealed_at
    from sealed where audit_entries.id = sealed.id and audit_entries.seq is null`;
  return { compile: () => update.compile(db) };
});

type EndRow = Selectable<Schema['audit_chain']>;

const lockEnd = compiledQuery<EndRow>((db) => {
  const query = db.selectFrom('audit_chain').selectAll().where('name', '=', '');
  return locksRows(db) ? query.forUpdate() : query;
});

const insertEnd = compiledQuery((db) =>
  db
    .insertInto('audit_chain')
    .values(placeholders(['name', 'seq', 'hash', 'at']))
    .onConflict((on) => on.column('name').doNothing()),
);

const moveEnd = compiledQuery((db) =>
  db
    .updateTable('audit_chain')
    .set(placeholders(['seq', 'hash', 'at']))
    .where('name', '=', ''),
);

export const toEnd = (row: EndRow | undefined): ChainEnd =>
  row === undefined
    ? CHAIN_START
    : { seq: row.seq, hash: row.hash, at: row.at === null ? undefined : Instant.parse(row.at) };

export const toEntry = (row: AuditRow): AuditEntry =>
  rehydrate(`audit entry ${row.id}`, () =>
    AuditEntry.fromStore(row.entry, { ip: row.ip ?? undefined, userAgent: row.user_agent ?? undefined }),
  );
