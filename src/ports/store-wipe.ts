/** Deletes all data. Development only. */
export interface StoreWipe {
  wipe(): Promise<void>;
}
