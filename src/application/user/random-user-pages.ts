import type { ImportOptions } from '../../domain/user/import-options.ts';
import type { RandomUser, RandomUserSource } from '../../ports/random-user-source.ts';

const PAGE_SIZE = 100;

/**
 * The selected people, page by page, so that an import keeps the pages before a failure. The same options with a seed give
 * the same people again, so an interrupted import can be repeated.
 */
export async function* randomUserPages(
  { count, nationalities, seed }: ImportOptions,
  source: RandomUserSource,
): AsyncGenerator<readonly RandomUser[]> {
  for (let page = 1, left = count; left > 0; page += 1, left -= PAGE_SIZE) {
    yield await source.draw({ count: Math.min(PAGE_SIZE, left), nationalities, seed, page });
  }
}
