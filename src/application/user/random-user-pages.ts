import type { ImportOptions } from '../../domain/user/import-order.ts';
import type { RandomUser, RandomUserSource } from '../../ports/random-user-source.ts';

const PAGE_SIZE = 100;

/**
 * The people of an order, page by page, so that what came before a fault can be kept. The same order with a seed
 * gives the same people again: that is how one that was cut short goes on.
 */
export async function* randomUserPages(
  { count, nationalities, seed }: ImportOptions,
  source: RandomUserSource,
): AsyncGenerator<readonly RandomUser[]> {
  for (let page = 1, left = count; left > 0; page += 1, left -= PAGE_SIZE) {
    yield await source.draw({ count: Math.min(PAGE_SIZE, left), nationalities, seed, page });
  }
}
