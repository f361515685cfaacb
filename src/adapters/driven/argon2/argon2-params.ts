/** How hard a hash is to make. Each hash carries its own, so they may be raised at any time. */
export type Argon2Params = Readonly<{
  /** Unit: KiB, at least 8 for each lane. */
  memoryKib: number;
  /** Passes over that memory. */
  timeCost: number;
  /** Lanes, each a thread. */
  parallelism: number;
}>;

/** One of the five settings that OWASP's password storage cheat sheet declares equal: 19 MiB, two passes, one lane. */
export const ARGON2_DEFAULTS: Argon2Params = { memoryKib: 19_456, timeCost: 2, parallelism: 1 };

/** What argon2 can do and a server can bear: beyond 1 GiB or 64 passes a stored hash is damaged, not careful. */
export const isBearable = ({ memoryKib, timeCost, parallelism }: Argon2Params): boolean =>
  [memoryKib, timeCost, parallelism].every((value) => Number.isSafeInteger(value) && value >= 1) &&
  memoryKib >= 8 * parallelism &&
  memoryKib <= 1_048_576 &&
  timeCost <= 64;

export const isWeaker = (one: Argon2Params, other: Argon2Params): boolean =>
  one.memoryKib < other.memoryKib || one.timeCost < other.timeCost || one.parallelism < other.parallelism;

/** What the time of a hash grows with. Unit: KiB times passes. */
export const workOf = ({ memoryKib, timeCost }: Argon2Params): number => memoryKib * timeCost;
