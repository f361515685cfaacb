import { type Selectable, sql } from 'kysely';
import { CHAIN_START, type ChainEnd, type Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditLog } from '../../../../ports/audit-log.ts';
import { PortError } from '../../../../ports/port-error.ts';
import { compiledQueries, compiledQuery, deferrableQuery, placeholders } from '../compiled-query.ts';
import { isOutage, isTransient } from '../database-errors.ts';
import { isPostgres, lockingRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyAuditLog extends KyselyRepository implements AuditLog {
  async append(entry: AuditEntry): Promise<void> {
    const { ip, userAgent } = entry.toSnapshot();
    try {
      await insert(this.db, ...Object.values(indexColumns(entry)), entry.text, ip ?? null, userAgent ?? null);
    } catch (error) {
      // The unit of work retries the one, and reports the other.
      if (isTransient(error) || isOutage(error)) throw error;
      // Such as a missing right on the table: the change is not made, and it is no fault of the request.
      throw new PortError('store.unavailable', 'The audit entry cannot be written', { cause: error });
    }
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

  async moveAnchor({ seq, hash, at }: ChainEnd): Promise<boolean> {
    return (await advanceEnd(this.db, 'anchor', seq, hash, at ?? null)).numAffectedRows === 1n;
  }

  async removeUntilAnchor({ limit }: { limit: number }): Promise<number> {
    const [anchor] = (await lockEnd(this.db, 'anchor')).rows;
    const [first] = (await firstSealed(this.db, 0)).rows;
    if (anchor === undefined || first?.seq == null || first.seq > anchor.seq) return 0;
    return Number((await removeThrough(this.db, Math.min(anchor.seq, first.seq + limit - 1))).numAffectedRows);
  }

  async eraseClients({ before, now, limit }: { before: Instant; now: Instant; limit: number }): Promise<boolean> {
    const [done] = (await lockEnd(this.db, ERASED)).rows;
    const from = done?.at ?? BEFORE_ALL_ENTRIES;
    const [next] = (await afterErased(limit)(this.db, from, before)).rows;
    // Times are whole seconds, so that the end of a batch is after its beginning.
    const end = next === undefined ? before : earlier(before, Instant.plusMs(next.at as Instant, 1_000));
    await erase(this.db, null, null, from, end);
    await insertEnd(this.db, ERASED, 0, '', from);
    const isDone = end === before;
    await moveEnd(this.db, 0, '', isDone ? earlier(before, Instant.plusMs(now, -UNSETTLED_MS)) : end, ERASED);
    return !isDone;
  }
}

/** The row that says until when addresses are erased. It is no end of the chain. */
const ERASED = 'erased';

const BEFORE_ALL_ENTRIES = '0001-01-01T00:00:00.000Z';

/** An entry is written at most this long after its time. Unit: ms. */
const UNSETTLED_MS = 3_600_000;

const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);

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
const BATCHES = [128, 16, 1];

const insert = deferrableQuery((db) =>
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
  const row = isPostgres(db)
    ? sql`(${''}::uuid, ${''}::bigint, ${''}, ${''}, ${''}::timestamptz)`
    : sql`(${''}, ${''}, ${''}, ${''}, ${''})`;
  const update = sql`
    with sealed (id, seq, prev, hash, sealed_at) as (values ${sql.join(Array(size).fill(row))})
    update audit_entries
    set seq = sealed.seq, prev = sealed.prev, hash = sealed.hash, sealed_at = sealed.sealed_at
    from sealed where audit_entries.id = sealed.id and audit_entries.seq is null`;
  return { compile: () => update.compile(db) };
});

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

/** The entry after the first `limit` ones of a period. */
const afterErased = compiledQueries<Pick<AuditRow, 'at'>>((db, limit) =>
  db
    .selectFrom('audit_entries')
    .select('at')
    .where('at', '>=', '')
    .where('at', '<', '')
    .orderBy('at')
    .orderBy('id')
    .limit(sql.lit(1))
    .offset(sql.lit(limit)),
);

const erase = compiledQuery((db) =>
  db
    .updateTable('audit_entries')
    .set({ ip: null, user_agent: null })
    .where('at', '>=', '')
    .where('at', '<', '')
    .where((eb) => eb.or([eb('ip', 'is not', null), eb('user_agent', 'is not', null)])),
);

export const toEnd = (row: EndRow | undefined): ChainEnd =>
  row === undefined
    ? CHAIN_START
    : { seq: row.seq, hash: row.hash, at: row.at === null ? undefined : Instant.parse(row.at) };

export const toEntry = (row: AuditRow): AuditEntry =>
  rehydrate(`audit entry ${row.id}`, () =>
    AuditEntry.fromStore(row.entry, { ip: row.ip ?? undefined, userAgent: row.user_agent ?? undefined }),
  );
