/** Told of each query: what kind it was, and how long it took. Unit: ms. */
export type QueryObserver = (kind: string, durationMs: number) => void;
