/** Can the store be used? */
export interface StoreHealth {
  /** What is missing, a sentence each; none when all is well. Never throws. */
  problems(): Promise<readonly string[]>;
}
