export interface StoreHealth {
  /** One message for each problem; empty when the store is usable. Never throws. */
  problems(): Promise<readonly string[]>;
}
