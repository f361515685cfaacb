/**
 * Somebody who does not exist. `name` is never blank and `email` never empty, but neither has been held against our
 * rules.
 */
export type RandomUser = Readonly<{ name: string; email: string }>;

export type RandomUserQuery = Readonly<{
  /** 1 to 100. */
  count: number;
  /** Codes from the source's own list; none: people from anywhere. */
  nationalities: readonly string[];
  /** The same seed gives the same people. `undefined`: whoever comes. */
  seed: string | undefined;
  /** Which helping of a seed, from 1; each holds other people. A smaller helping is the beginning of a greater one. */
  page: number;
}>;

/**
 * People made up elsewhere, for filling a store.
 *
 * Every adapter passes test/contracts/random-user-source.contract.ts.
 */
export interface RandomUserSource {
  /** Nationalities it has people of: two capital letters each, sorted. */
  readonly nationalities: readonly string[];

  /**
   * As many people as wished, of the nationalities wished; fewer or others never.
   * @throws {PortError} random-users.unavailable: it does not answer, or asks us to slow down
   * @throws {PortError} random-users.nonsense: it answered something else than it was asked
   */
  draw(query: RandomUserQuery): Promise<readonly RandomUser[]>;
}
