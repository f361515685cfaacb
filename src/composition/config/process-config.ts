import type { SettingReader } from './setting-reader.ts';

export type ProcessConfig = Readonly<{
  /** Processes that serve; 1: this one. */
  workers: number;
  /** Requests being handled at a time, in each process. */
  maxInFlight: number;
  /** Longest time from being told to stop to the end. */
  shutdownGraceMs: number;
  /** Of it, the time during which traffic still comes although /_ready says no. */
  shutdownDelayMs: number;
}>;

export const processConfig = (read: SettingReader): ProcessConfig => {
  const workers = read.wholeNumber('WORKERS', 1, 64);
  const shutdownGraceMs = read.duration('SHUTDOWN_GRACE', '1s', '10m');
  const shutdownDelayMs = read.duration('SHUTDOWN_DELAY', '0s', '5m');
  if (shutdownDelayMs > shutdownGraceMs / 2) {
    read.refuse('SHUTDOWN_DELAY', 'SHUTDOWN_DELAY must be at most half of SHUTDOWN_GRACE.');
  }
  return { workers, maxInFlight: read.wholeNumber('MAX_IN_FLIGHT', 1, 100_000), shutdownGraceMs, shutdownDelayMs };
};

/** What is kept in one process cannot be shared by several. */
export const mustBeShared = (
  read: SettingReader,
  { workers, store }: Readonly<{ workers: number; store: Readonly<{ kind: string; path?: string }> }>,
): void => {
  const isInMemory = store.kind === 'memory' || store.path === ':memory:';
  if (workers > 1 && isInMemory) {
    read.refuse('WORKERS', 'WORKERS must be 1 with a store in memory, else each would have a store of its own.');
  }
};
