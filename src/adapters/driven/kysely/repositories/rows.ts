import { setImmediate } from 'node:timers/promises';
import { BrokenInvariant, invariant } from '../../../../domain/shared/invariant.ts';

/** Less than every id: the first page is the one after it, so that all pages are one and the same query. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/** Greater than every id, for lists that begin with the last one. */
export const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** PostgreSQL stores any text but this character, and rejects a parameter that contains it. */
const NUL = '\0';

/** False for text from a client that no row can contain. */
export const isStorable = (text: string): boolean => !text.includes(NUL);

/** Replaces characters that a database cannot store, in text from another service. */
export const storable = (text: string): string => text.replaceAll(NUL, '\uFFFD');

/** A row that cannot be read is a fault of the service, not of the caller: errors of `build` become BrokenInvariant. */
export const rehydrate = <T>(what: string, build: () => T): T => {
  try {
    return build();
  } catch (cause) {
    throw new BrokenInvariant(`Cannot read back ${what}`, { cause });
  }
};

/** The texts of a column that contains a JSON array of them. */
export const textsIn = (json: string): readonly string[] => {
  const list: unknown = JSON.parse(json);
  invariant(Array.isArray(list) && list.every((each) => typeof each === 'string'), 'Expected a list of texts');
  return list;
};

/** In a decoy row: an id that no user has. */
export const NO_USER_ID = '00000000-0000-7000-8000-000000000000';

/** @param sizes from the largest to 1 */
export function* batchesOf<Item>(items: readonly Item[], sizes: readonly number[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; ) {
    const size = sizes.find((size) => size <= items.length - from) as number;
    yield items.slice(from, from + size);
    from += size;
  }
}

/** Entries of an index that are read at once: one time as most filters let enough pass, and then for 1 to 6 ms. */
const [FIRST_STEP, STEP] = [500, 2_000];

/**
 * A page of rows that pass filters of which an index has only one. They may be few, so its entries are read in steps, between
 * which other requests go on. For SQLite: a query on Postgres stops no other one, and may use several indexes.
 * @param list.from the position before the first entry
 * @param list.endOf returns the position of the last of the next `size` entries; `undefined`: there are fewer left
 * @param list.pageOf reads what passes the filters from after `start` up to `end`; without one, up to the end of the index
 */
export const inSteps = async <Row extends Readonly<{ id: string }>, Position>(
  list: Readonly<{
    from: Position;
    limit: number;
    endOf: (start: Position, size: number) => Promise<Exclude<Position, undefined> | undefined>;
    pageOf: (start: Position, end: Position | undefined, limit: number) => Promise<readonly Row[]>;
  }>,
): Promise<Row[]> => {
  // By their ids: a row that is changed between two steps may be in both.
  const found = new Map<string, Row>();
  let start = list.from;
  for (let size = FIRST_STEP; ; size = STEP) {
    const end = await list.endOf(start, size);
    for (const row of await list.pageOf(start, end, list.limit - found.size)) found.set(row.id, row);
    if (end === undefined || found.size === list.limit) return [...found.values()];
    start = end;
    await setImmediate();
  }
};
