import type { Selectable } from 'kysely';
import { CONDITIONS, type Connection, type DeveloperPair } from '../../../../domain/developer-pair/developer-pair.ts';
import { Handle } from '../../../../domain/developer-pair/handle.ts';
import { PairCheck } from '../../../../domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../../../domain/developer-pair/pair-check-id.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { oneOf } from '../../../../domain/shared/invariant.ts';
import type { PairHistory } from '../../../../ports/pair-history.ts';
import { limitedQueries } from '../compiled-query.ts';
import { type Database, equalsParameter, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { AFTER_ALL_IDS, BEFORE_ALL_IDS, isStorable, rehydrate, textsIn } from './rows.ts';

type Row = Selectable<Schema['pair_checks']>;

export class KyselyPairHistory extends KyselyRepository implements PairHistory {
  async add(check: PairCheck): Promise<void> {
    await this.db.insertInto('pair_checks').values(toRow(check)).execute();
  }

  async list(query: { pair: DeveloperPair; after?: PairCheckId; limit: number }): Promise<readonly PairCheck[]> {
    const { pair, after = BEFORE_ALL_IDS, limit } = query;
    if (!isStorable(pair.first + pair.second)) return [];
    const { rows } = await page(limit)(this.db, pair.first, pair.second, after);
    return rows.map((row) => toCheckOf(row, () => pair));
  }

  async listLatest({
    pair,
    before = AFTER_ALL_IDS as PairCheckId,
    limit,
  }: Parameters<PairHistory['listLatest']>[0]): Promise<readonly PairCheck[]> {
    if (pair !== undefined && !isStorable(pair.first + pair.second)) return [];
    const { rows } = await (pair === undefined
      ? latestOfAll(limit)(this.db, before)
      : latestOfPair(limit)(this.db, before, pair.first, pair.second));
    return rows.map(toCheck);
  }
}

type CheckRow = Pick<Row, 'id' | 'checked_at' | 'organisations' | 'missing'>;

// perf: without the handles, which are those of the query: 4.4 % of a page of three checks.
const page = limitedQueries<CheckRow>((db, limit) =>
  db
    .selectFrom('pair_checks')
    .select(['id', 'checked_at', 'organisations', 'missing'])
    .where(equalsParameter(db, 'first'))
    .where(equalsParameter(db, 'second'))
    .where('id', '>', '')
    .orderBy('id')
    .limit(limit),
);

const latest = (db: Database) => db.selectFrom('pair_checks').selectAll().where('id', '<', '').orderBy('id', 'desc');

const latestOfAll = limitedQueries<Row>((db, limit) => latest(db).limit(limit));
const latestOfPair = limitedQueries<Row>((db, limit) =>
  latest(db).where(equalsParameter(db, 'first')).where(equalsParameter(db, 'second')).limit(limit),
);

const toRow = (check: PairCheck): Schema['pair_checks'] => {
  const { id, first, second, at, connection } = check.toSnapshot();
  const found = connection.connected
    ? { organisations: JSON.stringify(connection.organisations), missing: null }
    : { organisations: null, missing: JSON.stringify(connection.missing) };
  return { id, first, second, checked_at: at, ...found };
};

const toCheck = (row: Row): PairCheck =>
  toCheckOf(row, () => ({
    first: Handle.canonical(Handle.parse(row.first)),
    second: Handle.canonical(Handle.parse(row.second)),
  }));

const toCheckOf = (row: CheckRow, pairOf: () => Pick<DeveloperPair, 'first' | 'second'>): PairCheck =>
  rehydrate(`pair check ${row.id}`, () => {
    const { first, second } = pairOf();
    return PairCheck.fromSnapshot({
      id: PairCheckId.parse(row.id),
      first,
      second,
      at: Instant.parse(row.checked_at),
      connection: toConnection(row),
    });
  });

const toConnection = ({ organisations, missing }: CheckRow): Connection =>
  organisations === null
    ? { connected: false, missing: textsIn(missing ?? '[]').map((text) => oneOf(CONDITIONS, text)) }
    : { connected: true, organisations: textsIn(organisations) };
