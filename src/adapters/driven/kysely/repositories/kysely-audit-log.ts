import { type Selectable, sql } from 'kysely';
import { CHAIN_START, type ChainEnd, DISORDER_MS, type Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditLog } from '../../../../ports/audit-log.ts';
import { PortError } from '../../../../ports/port-error.ts';
import { compiledQueries, compiledQuery, deferrableQuery, placeholders } from '../compiled-query.ts';
import { isOutage, isTransient } from '../database-errors.ts';
import { isPostgres, lockingRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { batchesOf, rehydrate } from './rows.ts';

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
    for (const batch of batchesOf([...seals], BATCHES)) {
      const rows = batch.map(([id, { seq, prev, hash, sealedAt }]) => [id, seq, prev, hash, sealedAt]);
      await addSealed(batch.length)(this.db, ...rows.flat());
      await removeUnsealed(batch.length)(this.db, ...batch.map(([id]) => id));
    }
    await moveEnd(this.db, head.seq, head.hash, head.at ?? null, 'head');
  }

  async listTimes({ after, limit }: Parameters<AuditLog['listTimes']>[0]): ReturnType<AuditLog['listTimes']> {
    return (await timesAfter(limit)(this.db, after)).rows.map(({ seq, at }) => ({ seq, at: at as Instant }));
  }

  async moveAnchor({ seq, hash, at }: ChainEnd): Promise<boolean> {
    return (await advanceEnd(this.db, 'anchor', seq, hash, at ?? null)).numAffectedRows === 1n;
  }

  async removeUntilAnchor({ limit }: { limit: number }): Promise<number> {
    const [anchor] = (await lockEnd(this.db, 'anchor')).rows;
    const [first] = (await firstSealed(this.db, 0)).rows;
    if (anchor === undefined || first?.seq == null || first.seq > anchor.seq) return 0;
    return Number((await removeThrough(this.db, Math.min(anchor.seq, first.seq + limit - 1))).numAffectedRows);
  }

  async eraseClients(query: Parameters<AuditLog['eraseClients']>[0]): Promise<number | undefined> {
    const { before, now, after, limit } = query;
    const erased = (await lockEnd(this.db, ERASED)).rows[0]?.seq ?? 0;
    const start = after ?? erased;
    if (after === undefined) await eraseUnsealed(this.db, null, null, before);
    const { rows } = await timesAfter(limit)(this.db, start);
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const latest = Instant.plusMs(now, DISORDER_MS);
    const ofRightClocks = rows.filter(({ at }) => at < latest);
    const kept = ofRightClocks.find(({ at }) => at >= before);
    const end = kept === undefined ? last.seq : kept.seq - 1;
    await eraseSealed(this.db, null, null, start, last.seq, before, latest, end);
    if (start <= erased) await advanceEnd(this.db, ERASED, end, '', null);
    const newest = ofRightClocks.at(-1)?.at ?? '';
    const isPast = rows.length < limit || newest >= Instant.plusMs(before, DISORDER_MS);
    return isPast ? undefined : last.seq;
  }
}

/** The row that says up to which number all addresses are erased. It is no end of the chain. */
const ERASED = 'erased';

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
  } satisfies Partial<UnsealedRow>;
};

export type UnsealedRow = Selectable<Schema['unsealed_audit_entries']>;

export type AuditRow = Selectable<Schema['audit_entries']>;

/** Entries in one statement. A few sizes, so that few statements have to be prepared. */
const BATCHES = [128, 16, 1];

/** In the order of {@link indexColumns} and what follows them. */
const COLUMNS = [
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
] as const satisfies (keyof UnsealedRow)[];

const insert = deferrableQuery(
  (db) => db.insertInto('unsealed_audit_entries').values(placeholders(COLUMNS)),
  // The unit of work retries the one, and reports the other. All else, such as a missing right on the table, is no fault of
  // the request either: the change is not made.
  (error) =>
    isTransient(error) || isOutage(error)
      ? error
      : new PortError('store.unavailable', 'The audit entry cannot be written', { cause: error }),
);

const unsealed = compiledQueries<UnsealedRow>((db, limit) =>
  db.selectFrom('unsealed_audit_entries').selectAll().orderBy('id').limit(sql.lit(limit)),
);

const addSealed = compiledQueries((db, size) => {
  const row = isPostgres(db)
    ? sql`(${''}::uuid, ${''}::bigint, ${''}, ${''}, ${''}::timestamptz)`
    : sql`(${''}, ${''}, ${''}, ${''}, ${''})`;
  const columns = sql.join(COLUMNS.map((column) => sql.ref(column)));
  const ofEntry = sql.join(COLUMNS.map((column) => sql.ref(`entry.${column}`)));
  // SQLite reads the tables of a cross join in their order.
  const insertion = sql`
    with place (id, seq, prev, hash, sealed_at) as (values ${sql.join(Array(size).fill(row))})
    insert into audit_entries (${columns}, seq, prev, hash, sealed_at)
    select ${ofEntry}, place.seq, place.prev, place.hash, place.sealed_at
    from place cross join unsealed_audit_entries as entry where entry.id = place.id`;
  return { compile: () => insertion.compile(db) };
});

const removeUnsealed = compiledQueries((db, size) =>
  db.deleteFrom('unsealed_audit_entries').where('id', 'in', Array<string>(size).fill('')),
);

type EndRow = Selectable<Schema['audit_chain']>;

const lockEnd = compiledQuery<EndRow>((db) =>
  lockingRows(db, db.selectFrom('audit_chain').selectAll().where('name', '=', '')),
);

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

/** Inserts, or moves forward. */
const advanceEnd = compiledQuery((db) =>
  db
    .insertInto('audit_chain')
    .values(placeholders(['name', 'seq', 'hash', 'at']))
    .onConflict((on) =>
      on
        .column('name')
        .doUpdateSet(({ ref }) => ({ seq: ref('excluded.seq'), hash: ref('excluded.hash'), at: ref('excluded.at') }))
        .whereRef('audit_chain.seq', '<', 'excluded.seq'),
    ),
);

const firstSealed = compiledQuery<Pick<AuditRow, 'seq'>>((db) =>
  db.selectFrom('audit_entries').select('seq').where('seq', '>', 0).orderBy('seq').limit(sql.lit(1)),
);

const removeThrough = compiledQuery((db) => db.deleteFrom('audit_entries').where('seq', '<=', 0));

const timesAfter = compiledQueries<Pick<AuditRow, 'seq' | 'at'>>((db, limit) =>
  db.selectFrom('audit_entries').select(['seq', 'at']).where('seq', '>', 0).orderBy('seq').limit(sql.lit(limit)),
);

const eraseSealed = compiledQuery((db) =>
  db
    .updateTable('audit_entries')
    .set({ ip: null, user_agent: null })
    .where('seq', '>', 0)
    .where('seq', '<=', 0)
    .where((eb) => eb.or([eb('at', '<', ''), eb('at', '>=', '').and('seq', '<=', 0)]))
    .where((eb) => eb.or([eb('ip', 'is not', null), eb('user_agent', 'is not', null)])),
);

const eraseUnsealed = compiledQuery((db) =>
  db
    .updateTable('unsealed_audit_entries')
    .set({ ip: null, user_agent: null })
    .where('at', '<', '')
    .where((eb) => eb.or([eb('ip', 'is not', null), eb('user_agent', 'is not', null)])),
);

export const toEnd = (row: EndRow | undefined): ChainEnd =>
  row === undefined
    ? CHAIN_START
    : { seq: row.seq, hash: row.hash, at: row.at === null ? undefined : Instant.parse(row.at) };

export const toEntry = (row: UnsealedRow): AuditEntry =>
  rehydrate(`audit entry ${row.id}`, () =>
    AuditEntry.fromStore(row.entry, { ip: row.ip ?? undefined, userAgent: row.user_agent ?? undefined }),
  );
