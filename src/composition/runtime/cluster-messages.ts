import type { MetricSamples } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import type { SealingState } from '../../application/system/check-sealing-key.ts';

/** From a worker to the primary. */
export type ToPrimary =
  | Readonly<{
      kind: 'ready';
      address: string;
      sampleUsers: number;
      samplePassword: string | undefined;
      sealing: SealingState;
    }>
  | Readonly<{ kind: 'stopped-listening' }>
  /** Answered with `cluster-metrics`. */
  | Readonly<{ kind: 'get-cluster-metrics'; id: number }>
  | Readonly<{ kind: 'metrics'; id: number; samples: MetricSamples }>;

/** From the primary to a worker. */
export type ToWorker =
  /** Readiness reports 503; nothing else changes. */
  | Readonly<{ kind: 'announce-shutdown' }>
  /** Answered with `stopped-listening`. */
  | Readonly<{ kind: 'stop-listening' }>
  | Readonly<{ kind: 'shut-down' }>
  /** Answered with `metrics`. */
  | Readonly<{ kind: 'get-metrics'; id: number }>
  | Readonly<{ kind: 'cluster-metrics'; id: number; text: string }>;

/** Environment variable that holds the id of a worker in its process. */
export const WORKER_ID_VARIABLE = 'GUILDHALL_WORKER';
