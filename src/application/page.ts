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
