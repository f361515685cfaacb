import { ratioOf, type Spread, spreadOf } from './statistics.ts';

/** The result of one round of one contender. */
export type Round = Readonly<{
  perSecond: number;
  /** CPU time per request or operation; `undefined` on machines that do not report it. Unit: µs. */
  cpuMicros?: number | undefined;
  p99Ms?: number | undefined;
  /** Part of the round, 0 to 1, in which the process was runnable and another one had its core. */
  waited?: number | undefined;
}>;

/** A server or program that is measured. */
export type Contender = Readonly<{
  name: string;
  measure: (seconds: number) => Promise<Round>;
  /** Requests after which hot code is compiled; the warm-up is repeated until then, up to a limit. */
  warmAfter?: number;
}>;

/** The rounds of a contender, in order. */
export type Measured = Readonly<{ name: string; rounds: readonly Round[] }>;

export type Lengths = Readonly<{ rounds: number; seconds: number; warmSeconds: number }>;

/**
 * Measures all contenders in turn, round after round, so that a drift of the machine affects all of them alike. The
 * warm-up before is not counted.
 * @param log receives one line of progress for each round
 */
export const measureInTurn = async (
  contenders: readonly Contender[],
  { rounds, seconds, warmSeconds }: Lengths,
  log: (message: string) => void,
): Promise<readonly Measured[]> => {
  const measured = contenders.map(({ name }) => ({ name, rounds: [] as Round[] }));
  for (const contender of contenders) await warmUp(contender, warmSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, measure }] of contenders.entries()) {
      const round = await measure(seconds);
      measured[index]?.rounds.push(round);
      const cpu = round.cpuMicros === undefined ? '' : `, ${round.cpuMicros.toFixed(1)} µs of CPU each`;
      const slowest = round.p99Ms === undefined ? '' : `, p99 ${round.p99Ms.toFixed(1)} ms`;
      log(`${name}: ${round.perSecond.toFixed(round.perSecond < 1_000 ? 1 : 0)} per second${cpu}${slowest}`);
    }
  }
  return measured;
};

const MAX_WARM_UPS = 3;

const warmUp = async ({ measure, warmAfter = 0 }: Contender, seconds: number): Promise<void> => {
  let requests = 0;
  for (let turn = 0; turn === 0 || (turn < MAX_WARM_UPS && requests < warmAfter); turn += 1) {
    requests += (await measure(seconds)).perSecond * seconds;
  }
};

/** Ratio to `limit`, by throughput and by CPU time. */
export const shareOf = (measured: Measured, limit: Measured): { value: Spread; byCpu: Spread | undefined } => {
  const [ours, best] = [cpuOf(measured), cpuOf(limit)];
  return {
    value: ratioOf(rates(measured), rates(limit)),
    byCpu: ours === undefined || best === undefined ? undefined : ratioOf(best, ours),
  };
};

/** CPU time per request, by round; `undefined` if a round lacks it. */
export const cpuOf = ({ rounds }: Measured): readonly number[] | undefined =>
  known(rounds.map(({ cpuMicros }) => cpuMicros));

/** The 99th percentile of latencies, by round. Unit: ms. @throws if a round lacks it */
export const slowestOf = ({ name, rounds }: Measured): readonly number[] => {
  const values = known(rounds.map(({ p99Ms }) => p99Ms));
  if (values === undefined) throw new Error(`The latencies of ${name} are unknown`);
  return values;
};

/** Requests per second, by round. */
export const rates = ({ rounds }: Measured): readonly number[] => rounds.map(({ perSecond }) => perSecond);

const known = (values: readonly (number | undefined)[]): readonly number[] | undefined =>
  values.every((value) => value !== undefined) ? values : undefined;

export const ROW_HEAD = ['server', 'per second', 'min–max', 'CPU µs each', 'p99 ms', 'waited'];

/** A row of the report. */
export const rowOf = (measured: Measured): readonly string[] => {
  const { median, min, max } = spreadOf(rates(measured));
  const digits = max < 1_000 ? 1 : 0;
  const written = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
  const cpu = cpuOf(measured);
  const slowest = known(measured.rounds.map(({ p99Ms }) => p99Ms));
  const waited = known(measured.rounds.map((round) => round.waited));
  return [
    measured.name,
    written(median),
    `${written(min)}–${written(max)}`,
    cpu === undefined ? '–' : spreadOf(cpu).median.toFixed(1),
    slowest === undefined ? '–' : spreadOf(slowest).median.toFixed(1),
    waited === undefined ? '–' : `${(spreadOf(waited).median * 100).toFixed(0)} %`,
  ];
};
