import type { BenchmarkResult } from './goals.ts';
import { type CpuTimes, cpuTimes } from './machine.ts';

/** Share of one core. With more other work, percentiles and ratios of whole cores are disturbed. */
const QUIET_SHARE = 0.05;
const MOST_RUNS = 3;

/** @returns the share of one core that other processes and other machines used, from 0 */
export const otherShare = (from: CpuTimes, to: CpuTimes, elapsedMicros: number): number => {
  const others = to.everyone - from.everyone - (to.own - from.own);
  return Math.max(0, others + to.stolen - from.stolen) / elapsedMicros;
};

/**
 * Runs a benchmark whose goals need a quiet machine, and repeats it up to twice if other work disturbed it.
 * @param measure a run; every process that it starts has ended when it resolves
 * @param clock for tests
 * @returns the quietest run, with a note if it was disturbed or repeated
 */
export const whenQuiet = async (
  measure: () => Promise<BenchmarkResult>,
  log: (message: string) => void,
  clock: Readonly<{ cpu: () => CpuTimes | undefined; micros: () => number }> = {
    cpu: cpuTimes,
    micros: () => performance.now() * 1_000,
  },
): Promise<BenchmarkResult> => {
  const shares: number[] = [];
  let quietest: BenchmarkResult | undefined;
  while (shares.length < MOST_RUNS) {
    const [from, began] = [clock.cpu(), clock.micros()];
    const result = await measure();
    const to = clock.cpu();
    if (from === undefined || to === undefined) {
      return withNote(result, 'Whether the machine was quiet is unknown: it has no `/proc`.');
    }
    const share = otherShare(from, to, clock.micros() - began);
    if (quietest === undefined || share < Math.min(...shares)) quietest = result;
    shares.push(share);
    if (share <= QUIET_SHARE) break;
    log(`not quiet: other work took ${percent(share)} of a core${shares.length < MOST_RUNS ? '; repeating' : ''}`);
  }
  if (quietest === undefined) throw new Error('no run was made');
  const least = Math.min(...shares);
  const runs = `Other work took ${shares.map(percent).join(', ')} of a core`;
  if (least > QUIET_SHARE) {
    return withNote(
      quietest,
      `**The machine was not quiet.** ${runs} in ${shares.length} runs; the quietest is shown.`,
    );
  }
  return shares.length === 1 ? quietest : withNote(quietest, `${runs} in ${shares.length} runs; the last is shown.`);
};

const withNote = (result: BenchmarkResult, note: string): BenchmarkResult => ({
  ...result,
  notes: [...(result.notes ?? []), note],
});

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
