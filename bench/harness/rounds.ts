import { ratioOf, type Spread, spreadOf } from './statistics.ts';

/** What one round of somebody found. */
export type Round = Readonly<{
  perSecond: number;
  /** CPU time per request or operation; `undefined` where the machine does not tell. Unit: µs. */
  cpuMicros?: number | undefined;
  p99Ms?: number | undefined;
  /** Part of the round, 0 to 1, in which it was ready to run and something else had its core: the run was disturbed. */
  waited?: number | undefined;
}>;

/** Somebody who is measured. */
export type Contender = Readonly<{
  name: string;
  measure: (seconds: number) => Promise<Round>;
  /** Requests after which all that runs often is compiled; until then a busy machine may take more than one turn. */
  warmAfter?: number;
}>;

/** What each round found, in order. */
export type Measured = Readonly<{ name: string; rounds: readonly Round[] }>;

export type Lengths = Readonly<{ rounds: number; seconds: number; warmSeconds: number }>;

/**
 * Measures all contenders in turn, round after round, so that none gets the machine's good minute for itself. What
 * comes before is to warm up and counts for nothing.
 * @param say told of each round, for people who wait
 */
export const measureInTurn = async (
  contenders: readonly Contender[],
  { rounds, seconds, warmSeconds }: Lengths,
  say: (sentence: string) => void,
): Promise<readonly Measured[]> => {
  const found = contenders.map(({ name }) => ({ name, rounds: [] as Round[] }));
  for (const contender of contenders) await warmUp(contender, warmSeconds);
  for (let nth = 0; nth < rounds; nth += 1) {
    for (const [index, { name, measure }] of contenders.entries()) {
      const round = await measure(seconds);
      found[index]?.rounds.push(round);
      const cpu = round.cpuMicros === undefined ? '' : `, ${round.cpuMicros.toFixed(1)} µs of CPU each`;
      const slowest = round.p99Ms === undefined ? '' : `, p99 ${round.p99Ms.toFixed(1)} ms`;
      say(`${name}: ${round.perSecond.toFixed(round.perSecond < 1_000 ? 1 : 0)} a second${cpu}${slowest}`);
    }
  }
  return found;
};

const MOST_WARM_TURNS = 3;

const warmUp = async ({ measure, warmAfter = 0 }: Contender, seconds: number): Promise<void> => {
  let requests = 0;
  for (let turn = 0; turn === 0 || (turn < MOST_WARM_TURNS && requests < warmAfter); turn += 1) {
    requests += (await measure(seconds)).perSecond * seconds;
  }
};

/** How much of `limit` is reached, by throughput and by CPU time. */
export const shareOf = (measured: Measured, limit: Measured): { value: Spread; byCpu: Spread | undefined } => {
  const [ours, best] = [cpuOf(measured), cpuOf(limit)];
  return {
    value: ratioOf(rates(measured), rates(limit)),
    byCpu: ours === undefined || best === undefined ? undefined : ratioOf(best, ours),
  };
};

/** CPU time per request, round by round; `undefined` where a round does not know it. */
export const cpuOf = ({ rounds }: Measured): readonly number[] | undefined => known(rounds.map((one) => one.cpuMicros));

/** The 99th percentile of latencies, round by round. Unit: ms. @throws where a round does not know it */
export const slowestOf = ({ name, rounds }: Measured): readonly number[] => {
  const values = known(rounds.map(({ p99Ms }) => p99Ms));
  if (values === undefined) throw new Error(`Nobody knows how long ${name} takes`);
  return values;
};

/** Requests a second, round by round. */
export const rates = ({ rounds }: Measured): readonly number[] => rounds.map(({ perSecond }) => perSecond);

const known = (values: readonly (number | undefined)[]): readonly number[] | undefined =>
  values.every((value) => value !== undefined) ? values : undefined;

export const ROW_HEAD = ['subject', 'per second', 'min–max', 'CPU µs each', 'p99 ms', 'waited'];

/** A row for people. */
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
