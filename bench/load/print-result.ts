import { percentileOf } from '../harness/statistics.ts';
import type { LoadResult } from './load-plan.ts';

/**
 * Prints the result of a load program as its last line.
 * @param latencies of all responses. Unit: ms.
 * @param from start of the measurement, by `performance.now()`
 */
export const printResult = (latencies: readonly number[], failures: number, from: number): void => {
  const result: LoadResult = {
    requests: latencies.length,
    seconds: (performance.now() - from) / 1_000,
    p50Ms: percentileOf(latencies, 0.5),
    p99Ms: percentileOf(latencies, 0.99),
    failures,
  };
  console.log(JSON.stringify(result));
};
