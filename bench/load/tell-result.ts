import { percentileOf } from '../harness/statistics.ts';
import type { LoadResult } from './load-plan.ts';

/**
 * Ends the time of measuring and prints what came of it, as the last line of a program of load.
 * @param latencies of each answer. Unit: ms.
 * @param from when the first was asked, by `performance.now()`
 */
export const tellResult = (latencies: readonly number[], failures: number, from: number): void => {
  const result: LoadResult = {
    requests: latencies.length,
    seconds: (performance.now() - from) / 1_000,
    p50Ms: percentileOf(latencies, 0.5),
    p99Ms: percentileOf(latencies, 0.99),
    failures,
  };
  console.log(JSON.stringify(result));
};
