import type { Instant } from '../domain/shared/instant.ts';

/** What time it is. A use case asks once. */
export interface Clock {
  now(): Instant;
}
