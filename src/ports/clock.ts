import type { Instant } from '../domain/shared/instant.ts';

/** The current time. A use case reads it once. */
export interface Clock {
  now(): Instant;
}
