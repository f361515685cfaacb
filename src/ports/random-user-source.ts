/** A generated person. `name` is not blank and `email` not empty; neither is validated further. */
export type RandomUser = Readonly<{ name: string; email: string }>;

export type RandomUserQuery = Readonly<{
  /** 1 to 100. */
  count: number;
  /** Codes from `nationalities` of the source; empty: all. */
  nationalities: readonly string[];
  /** The same seed gives the same people. `undefined`: other people at each call. */
  seed: string | undefined;
  /** Page of the seed, from 1. Pages hold different people. A smaller `count` gives the beginning of a larger one. */
  page: number;
}>;

/** A source of generated people. */
export interface RandomUserSource {
  /** The supported nationalities: two capital letters each, sorted. */
  readonly nationalities: readonly string[];

  /**
   * Exactly `count` people of the nationalities of the query.
   * @throws {PortError} random-users.unavailable: no answer, or rate limited
   * @throws {PortError} random-users.nonsense: an invalid response
   */
  draw(query: RandomUserQuery): Promise<readonly RandomUser[]>;
}
