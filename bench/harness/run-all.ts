import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list, register, validate } from '../benchmarks/against-bare.ts';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { growth } from '../benchmarks/growth.ts';
import { logins } from '../benchmarks/logins.ts';
import { mixed } from '../benchmarks/mixed.ts';
import { pages } from '../benchmarks/pages.ts';
import { pairs } from '../benchmarks/pairs.ts';
import { postgres } from '../benchmarks/postgres.ts';
import { processes } from '../benchmarks/processes.ts';
import { profile } from '../benchmarks/profile.ts';
import { start } from '../benchmarks/start.ts';
import { writes } from '../benchmarks/writes.ts';
import type { BenchmarkResult } from './goals.ts';
import { headlineOf } from './headline.ts';
import { describeMachine } from './machine.ts';
import { BENCHMARKS, type BenchmarkName, type Options } from './options.ts';
import { whenQuiet } from './quiet.ts';
import { reportOf, withSectionsByHand } from './report.ts';
import { Runner } from './runner.ts';

const BENCH = join(import.meta.dirname, '..');
const RESULTS = join(BENCH, 'RESULTS.md');

const RUN: Readonly<Record<BenchmarkName, Benchmark>> = {
  profile,
  validate,
  list,
  register,
  pages,
  writes,
  logins,
  mixed,
  growth,
  pairs,
  start,
  postgres,
  processes,
};

/** Their goals compare whole cores, percentiles or starts (5, 7 and 12), which other work disturbs most. */
const NEEDS_QUIET: ReadonlySet<BenchmarkName> = new Set(['logins', 'mixed', 'start']);

/**
 * Runs the chosen benchmarks, prints the report and saves it. A benchmark that fails does not stop the others.
 * @returns the benchmarks that failed
 */
export const runAll = async (options: Options): Promise<readonly BenchmarkName[]> => {
  const began = performance.now();
  using runner = await Runner.open(options);
  const results: BenchmarkResult[] = [];
  const failed: BenchmarkName[] = [];
  for (const name of options.benchmarks) {
    runner.log(`== ${name}`);
    try {
      const measure = () => RUN[name](runner);
      results.push(NEEDS_QUIET.has(name) ? await whenQuiet(measure, runner.log) : await measure());
    } catch (error) {
      console.error(error);
      failed.push(name);
      results.push({ goals: [], tables: [], notes: [`**${name} failed**; its results are missing.`] });
    }
  }
  const minutes = (performance.now() - began) / 60_000;
  const report = reportOf(results, headlineOf(runner, minutes));
  console.log(report);
  const saved = { date: new Date().toISOString(), options, machine: describeMachine(), results };
  writeFileSync(join(BENCH, 'results.json'), `${JSON.stringify(saved, null, 2)}\n`);
  const isWhole = !options.isQuick && failed.length === 0 && options.benchmarks.length === BENCHMARKS.length;
  if (isWhole) writeFileSync(RESULTS, withSectionsByHand(report, readFileSync(RESULTS, 'utf8')));
  return failed;
};
