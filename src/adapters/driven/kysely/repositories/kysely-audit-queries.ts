import { type Expression, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import type { AuditFilter, AuditPeriod } from '../../../../domain/audit/audit-filter.ts';
import { canonicalJson } from '../../../../domain/shared/canonical-json.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditQueries, StoredEntry, StoredSealedEntry } from '../../../../ports/audit-queries.ts';
import { compiledQueries, compiledQuery } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { type AuditRow, indexColumns, toEnd, toEntry } from './kysely-audit-log.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { AFTER_ALL_IDS, BEFORE_ALL_IDS, isStorable } from './rows.ts';

/** Entries with times this far apart have the order of their ids and of their numbers. Unit: ms. */
const DISORDER_MS = 3_600_000;

export class KyselyAuditQueries extends KyselyRepository implements AuditQueries {
  async get(id: AuditEntryId): Promise<StoredEntry> {
    const [row] = (await byId(this.db, id)).rows;
    if (row === undefined) throw new DomainError('audit.not-found', 'There is no such entry in the audit log.');
    return toRecord(row);
  }

  async list(query: Parameters<AuditQueries['list']>[0]): Promise<readonly StoredEntry[]> {
    const { filter, before, limit } = query;
    const { actions = [], actor = '', subject = '', requestId = '' } = filter;
    if (!isStorable(actor + subject + requestId)) return [];
    const all = this.#filtered(filter).where('id', '<', before ?? AFTER_ALL_IDS);
    const page = all.orderBy('id', 'desc').limit(limit);
    if (actions.length === 0) return (await page.execute()).map(toRecord);
    if (actor + subject + requestId !== '') return (await page.where('action', 'in', actions).execute()).map(toRecord);
    // One look-up for each action: no index has the entries of several in the order of their ids.
    const rows: AuditRow[] = [];
    for (const action of actions) rows.push(...(await page.where('action', '=', action).execute()));
    return rows
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map(toRecord);
  }

  async readChain(): ReturnType<AuditQueries['readChain']> {
    const { rows: ends } = await chainEnds(this.db, 'anchor', 'head');
    const [unsealed] = (await countUnsealed(this.db)).rows;
    const endNamed = (name: string) => toEnd(ends.find((end) => end.name === name));
    return { anchor: endNamed('anchor'), head: endNamed('head'), unsealed: Number(unsealed?.count ?? 0) };
  }

  async findRange({ from, to }: AuditPeriod): ReturnType<AuditQueries['findRange']> {
    const sealed = this.db.selectFrom('audit_entries').select('seq').where('seq', '>', 0);
    const first =
      from === undefined
        ? sealed
        : sealed
            .where('at', '>=', from)
            .where('seq', '>', orElse(this.#before(from).where('seq', '>', 0).select('seq'), 0));
    const last =
      to === undefined
        ? sealed
        : sealed
            .where('at', '<', to)
            .where('seq', '<', orElse(this.#after(to).where('seq', '>', 0).select('seq'), MAX_SEQ));
    return {
      first: (await first.orderBy('seq').limit(1).executeTakeFirst())?.seq ?? undefined,
      last: (await last.orderBy('seq', 'desc').limit(1).executeTakeFirst())?.seq ?? undefined,
    };
  }

  async listSealed(
    query: Readonly<{ after: number; last: number; limit: number }>,
  ): Promise<readonly StoredSealedEntry[]> {
    return (await sealedPage(query.limit)(this.db, query.after, query.last)).rows.map(toSealed);
  }

  #filtered(filter: AuditFilter): Entries {
    const { actor, actorKind, subject, subjectKind, requestId, from, to } = filter;
    let entries: Entries = this.db.selectFrom('audit_entries').selectAll();
    if (actor !== undefined) entries = entries.where('actor_id', '=', actor);
    if (actorKind !== undefined) entries = entries.where('actor_kind', '=', actorKind);
    if (subject !== undefined) entries = entries.where('subject_id', '=', subject);
    if (subjectKind !== undefined) entries = entries.where('subject_kind', '=', subjectKind);
    if (requestId !== undefined) entries = entries.where('request_id', '=', requestId);
    if (from !== undefined)
      entries = entries
        .where('at', '>=', from)
        .where('id', '>', orElse(this.#before(from).select('id'), BEFORE_ALL_IDS));
    if (to !== undefined)
      entries = entries.where('at', '<', to).where('id', '<', orElse(this.#after(to).select('id'), AFTER_ALL_IDS));
    return entries;
  }

  /** The last entry that is before all of the period, in every order. */
  #before(from: Instant) {
    const entries = this.db.selectFrom('audit_entries').where('at', '<', Instant.plusMs(from, -DISORDER_MS));
    return entries.orderBy('at', 'desc').orderBy('id', 'desc').limit(1);
  }

  /** The first entry that is after all of the period, in every order. */
  #after(to: Instant) {
    const entries = this.db.selectFrom('audit_entries').where('at', '>=', Instant.plusMs(to, DISORDER_MS));
    return entries.orderBy('at').orderBy('id').limit(1);
  }
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

const orElse = <T>(value: Expression<unknown>, other: T) => sql<T>`coalesce(${value}, ${other})`;

type Entries = SelectQueryBuilder<Schema, 'audit_entries', AuditRow>;

const byId = compiledQuery<AuditRow>((db) => db.selectFrom('audit_entries').selectAll().where('id', '=', ''));

const chainEnds = compiledQuery<Selectable<Schema['audit_chain']>>((db) =>
  db.selectFrom('audit_chain').selectAll().where('name', 'in', ['', '']),
);

const countUnsealed = compiledQuery<{ count: unknown }>((db) =>
  db
    .selectFrom('audit_entries')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('seq', 'is', null),
);

const sealedPage = compiledQueries<AuditRow>((db, limit) =>
  db
    .selectFrom('audit_entries')
    .selectAll()
    .where('seq', '>', 0)
    .where('seq', '<=', 0)
    .orderBy('seq')
    .limit(sql.lit(limit)),
);

const toRecord = (row: AuditRow): StoredEntry => ({
  entry: toEntry(row),
  seal: row.seq === null ? undefined : toSeal(row),
});

/** Damaged columns are for the verification of the chain to find. */
const toSeal = ({ seq, prev, hash, sealed_at: sealedAt }: AuditRow): Seal => ({
  seq: seq ?? 0,
  prev: prev ?? '',
  hash: hash ?? '',
  sealedAt: sealedAt as Instant,
});

const toSealed = (row: AuditRow): StoredSealedEntry => ({
  text: row.entry,
  seal: toSeal(row),
  ip: row.ip ?? undefined,
  userAgent: row.user_agent ?? undefined,
  isIndexedTruly: () => isIndexedTruly(row),
});

const isIndexedTruly = (row: AuditRow): boolean => {
  try {
    const expected = indexColumns(AuditEntry.fromStore(row.entry, {}));
    const stored = Object.keys(expected).map((column) => [column, row[column as keyof AuditRow]]);
    return canonicalJson(Object.fromEntries(stored)) === canonicalJson(expected);
  } catch {
    return false;
  }
};
