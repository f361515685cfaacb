/** The database of a store and its version. */
export type StoreDescription = Readonly<{
  engine: 'SQLite' | 'PostgreSQL' | 'memory';
  /** Of the engine, such as `3.51.0`; `undefined` in memory. */
  version: string | undefined;
  /** Name of the last migration that was applied; `undefined` in memory. */
  migration: string | undefined;
}>;

export interface StoreHealth {
  /** One message for each problem; empty when the store is usable. Never throws. */
  problems(): Promise<readonly string[]>;
  describe(): Promise<StoreDescription>;
}
