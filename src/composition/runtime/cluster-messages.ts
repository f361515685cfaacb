import type { MetricSamples } from '../../adapters/driven/prometheus/prometheus-metrics.ts';

/** What a worker tells its primary. */
export type Report =
  /** It serves. */
  | Readonly<{ kind: 'ready'; address: string; sampleUsers: number }>
  /** It lets nobody new in any more. */
  | Readonly<{ kind: 'door-shut' }>
  /** Somebody asks it for everybody's figures. */
  | Readonly<{ kind: 'figures-wanted'; question: number }>
  | Readonly<{ kind: 'figures'; question: number; figures: MetricSamples }>;

/** What the primary tells a worker. */
export type Order =
  | Readonly<{ kind: 'announce-stop' }>
  | Readonly<{ kind: 'shut-door' }>
  | Readonly<{ kind: 'leave' }>
  /** Answered with `figures`. */
  | Readonly<{ kind: 'tell-figures'; question: number }>
  /** Answers `figures-wanted`. */
  | Readonly<{ kind: 'all-figures'; question: number; text: string }>;

/** Names the place of a worker in the crew to its process. */
export const WORKER_ID_VARIABLE = 'GUILDHALL_WORKER';
