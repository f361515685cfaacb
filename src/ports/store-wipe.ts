/** Empties the whole store. Development only: nothing in production is given one. */
export interface StoreWipe {
  wipe(): Promise<void>;
}
