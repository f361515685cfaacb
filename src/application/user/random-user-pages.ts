import type { ImportOrder } from '../../domain/user/import-order.ts';
import type { RandomPerson, RandomUserSource } from '../../ports/random-user-source.ts';

const HELPING = 100;

/**
 * The people of an order, helping by helping, so that what came before a fault can be kept. The same order with a seed
 * gives the same people again: that is how one that was cut short goes on.
 */
export async function* randomUserPages(
  { count, nationalities, seed }: ImportOrder,
  source: RandomUserSource,
): AsyncGenerator<readonly RandomPerson[]> {
  for (let helping = 1, left = count; left > 0; helping += 1, left -= HELPING) {
    yield await source.draw({ count: Math.min(HELPING, left), nationalities, seed, helping });
  }
}
