import { type RawBuilder, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { DISORDER_MS, type Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import type { AuditFilter, AuditPeriod } from '../../../../domain/audit/audit-filter.ts';
import { canonicalJson } from '../../../../domain/shared/canonical-json.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditQueries, StoredEntry, StoredSealedEntry } from '../../../../ports/audit-queries.ts';
import { compiledQuery, limitedQueries } from '../compiled-query.ts';
import { type Database, equalsParameter, limitOf, type Schema } from '../schema.ts';
import { type AuditRow, indexColumns, toEnd, toEntry, type UnsealedRow } from './kysely-audit-log.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { AFTER_ALL_IDS, isStorable } from './rows.ts';

export class KyselyAuditQueries extends KyselyRepository implements AuditQueries {
  async get(id: AuditEntryId): Promise<StoredEntry> {
    // In this order, because an entry moves from the first table to the second. One that is found in both has its seal.
    const row = [...(await unsealedById(this.db, id)).rows, ...(await sealedById(this.db, id)).rows].at(-1);
    if (row === undefined) throw new DomainError('audit.not-found', 'There is no such entry in the audit log.');
    return toRecord(row);
  }

  async list(query: AuditListQuery): Promise<readonly StoredEntry[]> {
    const { filter, before, limit } = query;
    const { actions = [], actor = '', subject = '', requestId = '' } = filter;
    if (!isStorable(actor + subject + requestId)) return [];
    if (isOfSubject(filter)) return this.#listOfSubject(query);
    const few = limitOf(this.db, limit);
    const pageOf = (table: AuditTable) => pageBefore(filtered(this.db, table, filter), before ?? AFTER_ALL_IDS, few);
    const ofActions = (page: Entries) => (actions.length === 0 ? page : page.where('action', 'in', actions));
    // In this order, because entries move from the first table to the second. Those that are in both have their seal.
    const rows = new Map<string, UnsealedRow | AuditRow>();
    const addAll = async (page: Entries) => {
      for (const row of await page.execute()) rows.set(row.id, row);
    };
    await addAll(ofActions(pageOf('unsealed_audit_entries')));
    const sealed = await this.#between(pageOf('audit_entries'), filter);
    if (actor !== '') {
      // Each has an index of its own: what an actor did to itself is found by its subject.
      await addAll(ofActions(sealed.where(IS_OF_ANOTHER)));
      await addAll(ofActions(sealed.where('subject_id', '=', actor)));
    } else if (subject + requestId !== '' || actions.length < 2) await addAll(ofActions(sealed));
    // One look-up for each action: no index has the entries of several in the order of their ids.
    else for (const action of actions) await addAll(sealed.where('action', '=', action));
    return newestOf(rows, limit);
  }

  /** The same for the entries of one subject alone, as the page of an account and that of a license show them. */
  async #listOfSubject({ filter, before, limit }: AuditListQuery): Promise<readonly StoredEntry[]> {
    const rows = new Map<string, UnsealedRow | AuditRow>();
    for (const pageOf of [unsealedOfSubject, sealedOfSubject]) {
      const page = await pageOf(limit)(this.db, filter.subject, filter.subjectKind, before ?? AFTER_ALL_IDS);
      for (const row of page.rows) rows.set(row.id, row);
    }
    return newestOf(rows, limit);
  }

  async readChain(): ReturnType<AuditQueries['readChain']> {
    const { rows: ends } = await chainEnds(this.db, 'anchor', 'head');
    const [unsealed] = (await countUnsealed(this.db)).rows;
    const endNamed = (name: string) => toEnd(ends.find((end) => end.name === name));
    return { anchor: endNamed('anchor'), head: endNamed('head'), unsealed: Number(unsealed?.count ?? 0) };
  }

  async findRange({ from, to }: AuditPeriod): ReturnType<AuditQueries['findRange']> {
    const { after, before } = await this.#boundsOf({ from, to });
    const [first] = (await firstFrom(this.db, after?.seq ?? 0, timeOf(from ?? BEFORE_ALL_TIMES))).rows;
    const [last] = (await lastBefore(this.db, before?.seq ?? MAX_SEQ, timeOf(to ?? AFTER_ALL_TIMES))).rows;
    return { first: first?.seq, last: last?.seq };
  }

  async listSealed(
    query: Readonly<{ after: number; last: number; limit: number }>,
  ): Promise<readonly StoredSealedEntry[]> {
    return (await sealedPage(query.limit)(this.db, query.after, query.last)).rows.map(toSealed);
  }

  /** The entries of a query that can be in a period, in a part of the index in which it looks for them. */
  async #between(entries: Entries, period: AuditPeriod): Promise<Entries> {
    const { after, before } = await this.#boundsOf(period);
    const later = after === undefined ? entries : entries.where('id', '>', after.id);
    return before === undefined ? later : later.where('id', '<', before.id);
  }

  /** A sealed entry that is before all of a period, and one that is after it, in every order. */
  async #boundsOf({ from, to }: AuditPeriod): Promise<Readonly<{ after?: Position; before?: Position }>> {
    const [after] = from === undefined ? [] : await this.#entriesAround(Instant.plusMs(from, -DISORDER_MS));
    const [, before] = to === undefined ? [] : await this.#entriesAround(Instant.plusMs(to, DISORDER_MS));
    return { ...(after && { after }), ...(before && { before }) };
  }

  /**
   * Two sealed entries, one after the other, of which the first has a time before `at` and the second has not. One of
   * them is absent at an end of the log. A binary search, because no index has the times.
   */
  async #entriesAround(at: Instant): Promise<readonly [before: Position | undefined, after: Position | undefined]> {
    let [below, above]: (Position | undefined)[] = [];
    let [start, end] = [(await positionFrom(this.db, 0)).rows[0]?.seq ?? 0, 0];
    const [newest] = (await newestPosition(this.db, 0)).rows;
    if (newest !== undefined) end = newest.seq + 1;
    while (start < end) {
      const middle = Math.floor((start + end) / 2);
      const [position] = (await positionFrom(this.db, middle)).rows;
      // Entries are removed at one end only, while this looks for them.
      if (position === undefined || position.seq >= end) end = middle;
      else if (position.at < at) {
        below = position;
        start = position.seq + 1;
      } else {
        above = position;
        end = middle;
      }
    }
    return [below, above];
  }
}

type AuditListQuery = Parameters<AuditQueries['list']>[0];

type Position = Pick<AuditRow, 'seq' | 'id' | 'at'>;

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

const BEFORE_ALL_TIMES = Instant.parse('0001-01-01T00:00:00.000Z');
const AFTER_ALL_TIMES = '9999-12-31T23:59:59.999Z';

/** Postgres has no year 0, and no entry is of it. */
const timeOf = (at: string): string => (at < BEFORE_ALL_TIMES ? BEFORE_ALL_TIMES : at);

const POSITION = ['seq', 'id', 'at'] as const satisfies (keyof Position)[];

const positionFrom = compiledQuery<Position>((db) =>
  db.selectFrom('audit_entries').select(POSITION).where('seq', '>=', 0).orderBy('seq').limit(sql.lit(1)),
);

const newestPosition = compiledQuery<Position>((db) =>
  db.selectFrom('audit_entries').select(POSITION).where('seq', '>', 0).orderBy('seq', 'desc').limit(sql.lit(1)),
);

const firstFrom = compiledQuery<Pick<AuditRow, 'seq'>>((db) =>
  db
    .selectFrom('audit_entries')
    .select('seq')
    .where('seq', '>', 0)
    .where('at', '>=', '')
    .orderBy('seq')
    .limit(sql.lit(1)),
);

const lastBefore = compiledQuery<Pick<AuditRow, 'seq'>>((db) =>
  db
    .selectFrom('audit_entries')
    .select('seq')
    .where('seq', '<', 0)
    .where('at', '<', '')
    .orderBy('seq', 'desc')
    .limit(sql.lit(1)),
);

/** The condition of the partial index of actors, word for word. */
const IS_OF_ANOTHER = sql<boolean>`actor_id is distinct from subject_id`;

type AuditTable = 'unsealed_audit_entries' | 'audit_entries';

type Entries = SelectQueryBuilder<Schema, 'unsealed_audit_entries', UnsealedRow>;

/** The entries of one table that a filter selects. Actions are left to the caller. */
const filtered = (db: Database, table: AuditTable, filter: AuditFilter): Entries => {
  const { actor, actorKind, subject, subjectKind, requestId, from, to } = filter;
  let entries: Entries = db.selectFrom(table as 'unsealed_audit_entries').selectAll();
  if (actor !== undefined) entries = entries.where('actor_id', '=', actor);
  if (actorKind !== undefined) entries = entries.where('actor_kind', '=', actorKind);
  if (subject !== undefined) entries = entries.where(equalsParameter(db, 'subject_id', subject));
  if (subjectKind !== undefined) entries = entries.where(equalsParameter(db, 'subject_kind', subjectKind));
  if (requestId !== undefined) entries = entries.where('request_id', '=', requestId);
  if (from !== undefined) entries = entries.where('at', '>=', timeOf(from));
  if (to !== undefined) entries = entries.where('at', '<', timeOf(to));
  return entries;
};

const pageBefore = (entries: Entries, before: string, limit: number | RawBuilder<number>): Entries =>
  entries.where('id', '<', before).orderBy('id', 'desc').limit(limit);

const newestOf = (rows: ReadonlyMap<string, UnsealedRow | AuditRow>, limit: number): readonly StoredEntry[] =>
  [...rows.values()]
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
    .map(toRecord);

const isOfSubject = ({ subject, subjectKind, actions = [], ...others }: AuditFilter): boolean =>
  [subject, subjectKind].every((value) => value !== undefined) &&
  [...actions, ...Object.values(others)].every((value) => value === undefined);

const ofSubject = (table: AuditTable) =>
  limitedQueries<UnsealedRow>((db, limit) =>
    pageBefore(filtered(db, table, { subject: '', subjectKind: 'user' }), '', limit),
  );

const unsealedOfSubject = ofSubject('unsealed_audit_entries');
const sealedOfSubject = ofSubject('audit_entries');

const unsealedById = compiledQuery<UnsealedRow>((db) =>
  db.selectFrom('unsealed_audit_entries').selectAll().where('id', '=', ''),
);

const sealedById = compiledQuery<AuditRow>((db) => db.selectFrom('audit_entries').selectAll().where('id', '=', ''));

const chainEnds = compiledQuery<Selectable<Schema['audit_chain']>>((db) =>
  db.selectFrom('audit_chain').selectAll().where('name', 'in', ['', '']),
);

const countUnsealed = compiledQuery<{ count: unknown }>((db) =>
  db.selectFrom('unsealed_audit_entries').select(({ fn }) => fn.countAll().as('count')),
);

const sealedPage = limitedQueries<AuditRow>((db, limit) =>
  db.selectFrom('audit_entries').selectAll().where('seq', '>', 0).where('seq', '<=', 0).orderBy('seq').limit(limit),
);

const toRecord = (row: UnsealedRow | AuditRow): StoredEntry => ({
  entry: toEntry(row),
  seal: 'seq' in row ? toSeal(row) : undefined,
});

/** Damaged columns are for the verification of the chain to find. */
const toSeal = ({ seq, prev, hash, sealed_at: sealedAt }: AuditRow): Seal => ({
  seq,
  prev,
  hash,
  sealedAt: sealedAt as Instant,
});

const toSealed = (row: AuditRow): StoredSealedEntry => ({
  text: row.entry,
  seal: toSeal(row),
  ip: row.ip ?? undefined,
  userAgent: row.user_agent ?? undefined,
  columnsMatch: () => columnsMatch(row),
});

const columnsMatch = (row: AuditRow): boolean => {
  try {
    const expected = indexColumns(AuditEntry.fromStore(row.entry, {}));
    const stored = Object.keys(expected).map((column) => [column, row[column as keyof AuditRow]]);
    return canonicalJson(Object.fromEntries(stored)) === canonicalJson(expected);
  } catch {
    return false;
  }
};
