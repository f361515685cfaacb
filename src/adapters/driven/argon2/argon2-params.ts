/** Cost of a hash. Each hash carries its own parameters, so they may be raised at any time. */
export type Argon2Params = Readonly<{
  /** Unit: KiB, at least 8 for each lane. */
  memoryKib: number;
  /** Passes over that memory. */
  timeCost: number;
  /** Lanes, each a thread. */
  parallelism: number;
}>;

/** One of the five settings that OWASP's password storage cheat sheet declares equivalent: 19 MiB, two passes, one lane. */
export const ARGON2_DEFAULTS: Argon2Params = { memoryKib: 19_456, timeCost: 2, parallelism: 1 };

/** Valid for argon2, and bounded: beyond 1 GiB or 64 passes a stored hash is damaged. */
export const isWithinLimits = ({ memoryKib, timeCost, parallelism }: Argon2Params): boolean =>
  [memoryKib, timeCost, parallelism].every((value) => Number.isSafeInteger(value) && value >= 1) &&
  memoryKib >= 8 * parallelism &&
  memoryKib <= 1_048_576 &&
  timeCost <= 64;

export const isWeaker = (a: Argon2Params, b: Argon2Params): boolean =>
  a.memoryKib < b.memoryKib || a.timeCost < b.timeCost || a.parallelism < b.parallelism;

/** Proportional to the time of a hash. Unit: KiB times passes. */
export const workOf = ({ memoryKib, timeCost }: Argon2Params): number => memoryKib * timeCost;
