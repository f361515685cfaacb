import { type RawBuilder, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { DISORDER_MS, type Seal } from '../../../../domain/audit/audit-chain.ts';
import { AuditEntry, type AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import type { AuditFilter, AuditPeriod } from '../../../../domain/audit/audit-filter.ts';
import { canonicalJson } from '../../../../domain/shared/canonical-json.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { AuditQueries, StoredEntry, StoredSealedEntry } from '../../../../ports/audit-queries.ts';
import { compiledQuery, limitedQueries } from '../compiled-query.ts';
import { type Database, equalsParameter, isPostgres, limitOf, type Schema, unindexed } from '../schema.ts';
import { type AuditRow, indexColumns, toEnd, toEntry, type UnsealedRow } from './kysely-audit-log.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { AFTER_ALL_IDS, inSteps, isStorable } from './rows.ts';

export class KyselyAuditQueries extends KyselyRepository implements AuditQueries {
  async get(id: AuditEntryId): Promise<StoredEntry> {
    // In this order, because an entry moves from the first table to the second. One that is found in both has its seal.
    const row = [...(await unsealedById(this.db, id)).rows, ...(await sealedById(this.db, id)).rows].at(-1);
    if (row === undefined) throw new DomainError('audit.not-found', 'There is no such entry in the audit log.');
    return toRecord(row);
  }

  async list(query: AuditListQuery): Promise<readonly StoredEntry[]> {
    const { filter, before, limit } = query;
    const { actor = '', subject = '', requestId = '' } = filter;
    if (!isStorable(actor + subject + requestId)) return [];
    if (isOfSubject(filter)) return this.#listOfSubject(query);
    // In this order, because entries move from the first table to the second. Those that are in both have their seal.
    const rows = new Map<string, UnsealedRow | AuditRow>();
    const unsealed = filtered(this.db, entriesOf(this.db, 'unsealed_audit_entries'), filter);
    const page = pageBefore(unsealed, before ?? AFTER_ALL_IDS, limitOf(this.db, limit));
    for (const row of await page.execute()) rows.set(row.id, row);
    const bounds = await this.#boundsOf(filter);
    for (const range of rangesOf(filter)) {
      for (const row of await this.#pageOf(range, bounds, query)) rows.set(row.id, row);
    }
    return newestOf(rows, limit);
  }

  /** The newest entries of a range of one index that pass the filter. */
  async #pageOf(range: Range, bounds: Bounds, { filter, before, limit }: AuditListQuery): Promise<UnsealedRow[]> {
    const { db } = this;
    const inRange = (after: Entries) => ofRange(db, after, range);
    // SQLite looks at one bound of each side only.
    const from = [before, bounds.before?.id].reduce<string>(
      (a, b) => (b !== undefined && b < a ? b : a),
      AFTER_ALL_IDS,
    );
    const all = entriesOf(db, 'audit_entries');
    const later = bounds.after === undefined ? all : all.where('id', '>', bounds.after.id);
    const pageOf = (start: string, end: string | undefined, few: number) => {
      const entries = inRange(end === undefined ? later : all.where('id', '>=', end));
      return pageBefore(filtered(db, entries, filter, range), start, limitOf(db, few)).execute();
    };
    if (isPostgres(db) || !hasFilterWithoutIndex(filter, range)) return pageOf(from, undefined, limit);
    const endOf = async (start: string, size: number) => {
      const entries = pageBefore(inRange(later), start, sql.lit(1)).offset(sql.lit(size - 1));
      return (await entries.clearSelect().select('id').executeTakeFirst())?.id;
    };
    return inSteps({ from, limit, endOf, pageOf });
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

  /** A sealed entry that is before all of a period, and one that is after it, in every order. */
  async #boundsOf({ from, to }: AuditPeriod): Promise<Bounds> {
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
type Bounds = Readonly<{ after?: Position; before?: Position }>;

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

const entriesOf = (db: Database, table: AuditTable): Entries =>
  db.selectFrom(table as 'unsealed_audit_entries').selectAll();

type IndexedColumn = 'request_id' | 'subject_id' | 'actor_id' | 'action';

/** The entries with one value in a column that has an index; without them, all. */
type Range = Readonly<{ column: IndexedColumn; value: string }> | undefined;

/** Ranges of which each index is in the order of the ids, and which have all entries of a filter, none twice. */
const rangesOf = ({ requestId, subject, actor, actions = [] }: AuditFilter): readonly Range[] => {
  if (requestId !== undefined) return [{ column: 'request_id', value: requestId }];
  if (subject !== undefined) return [{ column: 'subject_id', value: subject }];
  if (actor !== undefined) {
    // Each has an index of its own: what an actor did to itself is found by its subject.
    return [
      { column: 'actor_id', value: actor },
      { column: 'subject_id', value: actor },
    ];
  }
  // One for each action: no index has the entries of several in the order of their ids.
  return actions.length === 0 ? [undefined] : actions.map((value) => ({ column: 'action', value }));
};

const ofRange = (db: Database, entries: Entries, range: Range): Entries => {
  if (range === undefined) return entries;
  const found = entries.where(equalsParameter(db, range.column, range.value));
  return range.column === 'actor_id' ? found.where(IS_OF_ANOTHER) : found;
};

/** A request makes few entries. */
const hasFilterWithoutIndex = (
  { requestId, subject, actor, actions, actorKind, subjectKind }: AuditFilter,
  range: Range,
): boolean =>
  requestId === undefined &&
  ([subject, actor, actions].filter((value) => value !== undefined).length > 1 ||
    (range?.column === 'subject_id' && subject === undefined) ||
    actorKind !== undefined ||
    subjectKind !== undefined);

/** The entries that a filter selects. @param range that they are of already, so that no other index is used */
const filtered = (db: Database, entries: Entries, filter: AuditFilter, range?: Range): Entries => {
  const { actor, actorKind, subject, subjectKind, requestId, actions = [], from, to } = filter;
  const others = { request_id: requestId, subject_id: subject, actor_id: actor };
  let found = entries;
  for (const [column, value] of Object.entries(others)) {
    if (value !== undefined && range?.column !== column) found = found.where(unindexed(db, column), '=', value);
  }
  if (actions.length > 0 && range?.column !== 'action') found = found.where(unindexed(db, 'action'), 'in', actions);
  if (actorKind !== undefined) found = found.where('actor_kind', '=', actorKind);
  if (subjectKind !== undefined) found = found.where('subject_kind', '=', subjectKind);
  if (from !== undefined) found = found.where('at', '>=', timeOf(from));
  return to === undefined ? found : found.where('at', '<', timeOf(to));
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
  limitedQueries<UnsealedRow>((db, limit) => {
    const entries = entriesOf(db, table).where(equalsParameter(db, 'subject_id'));
    return pageBefore(entries.where(equalsParameter(db, 'subject_kind')), '', limit);
  });

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
