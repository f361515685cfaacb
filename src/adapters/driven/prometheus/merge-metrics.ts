import { AggregatorRegistry } from 'prom-client';
import type { MetricSamples } from './prometheus-metrics.ts';

/**
 * One page for Prometheus from the figures of several processes, each with its own `worker` label: nothing is added up,
 * so that a process that starts anew is a counter that starts anew, as Prometheus expects it.
 */
export const mergeMetrics = (all: readonly MetricSamples[]): Promise<string> => {
  // Their own ways to add up leave out what has no sum; side by side everything can stay.
  const sideBySide = all.map((figures) => figures.map((figure) => ({ ...figure, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(sideBySide).metrics();
};
