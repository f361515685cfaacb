/** A page of a list. */
export type Page<Item, Position> = Readonly<{
  items: readonly Item[];
  /** Position of the last item; `undefined` on the last page. */
  next: Position | undefined;
}>;

/**
 * Makes a page of the items that a query found.
 * @param found up to one item more than `limit`, which shows that another page follows
 */
export const pageOf = <Item, Position>(
  found: readonly Item[],
  limit: number,
  positionOf: (item: Item) => Position,
): Page<Item, Position> => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? positionOf(last) : undefined };
};

/** Items of an export that are read at once, for a few milliseconds in which nothing else is served. */
export const EXPORT_PAGE = 250;

/**
 * All pages of a list, each read when it is asked for.
 * @param first the first page, if it is read already
 */
export const pagesFrom = async function* <Item, Position>(
  read: (position: Readonly<{ limit: number; after: Position | undefined }>) => Promise<Page<Item, Position>>,
  first?: Page<Item, Position>,
): AsyncGenerator<readonly Item[]> {
  for (let page = first ?? (await read({ limit: EXPORT_PAGE, after: undefined })); ; ) {
    yield page.items;
    if (page.next === undefined) return;
    page = await read({ limit: EXPORT_PAGE, after: page.next });
  }
};
