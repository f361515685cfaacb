import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list, register, validate } from '../benchmarks/against-bare.ts';
import { growth } from '../benchmarks/growth.ts';
import { logins } from '../benchmarks/logins.ts';
import { mixed } from '../benchmarks/mixed.ts';
import { pairs } from '../benchmarks/pairs.ts';
import type { RunPart } from '../benchmarks/part.ts';
import { postgres } from '../benchmarks/postgres.ts';
import { profile } from '../benchmarks/profile.ts';
import { start } from '../benchmarks/start.ts';
import { writes } from '../benchmarks/writes.ts';
import type { Finding } from './goals.ts';
import { headlineOf } from './headline.ts';
import { describeMachine } from './machine.ts';
import { type Options, PARTS, type Part } from './options.ts';
import { reportOf } from './report.ts';
import { Workshop } from './runner.ts';

const BENCH = join(import.meta.dirname, '..');

const RUN: Readonly<Record<Part, RunPart>> = {
  profile,
  validate,
  list,
  register,
  writes,
  logins,
  mixed,
  growth,
  pairs,
  start,
  postgres,
};

/**
 * Runs every part that is wanted, prints the report and keeps it. A part that fails takes nothing from the others.
 * @returns the parts that failed
 */
export const runAll = async (options: Options): Promise<readonly Part[]> => {
  const began = performance.now();
  using workshop = await Workshop.open(options);
  const findings: Finding[] = [];
  const failed: Part[] = [];
  for (const part of options.parts) {
    workshop.say(`== ${part}`);
    try {
      findings.push(await RUN[part](workshop));
    } catch (error) {
      console.error(error);
      failed.push(part);
      findings.push({ reached: [], tables: [], notes: [`**${part} failed** and is not here.`] });
    }
  }
  const minutes = (performance.now() - began) / 60_000;
  const report = reportOf(findings, headlineOf(workshop, minutes));
  console.log(report);
  const kept = { date: new Date().toISOString(), options, machine: describeMachine(), findings };
  writeFileSync(join(BENCH, 'results.json'), `${JSON.stringify(kept, null, 2)}\n`);
  const isWhole = !options.isQuick && failed.length === 0 && options.parts.length === PARTS.length;
  if (isWhole) writeFileSync(join(BENCH, 'RESULTS.md'), `${report}\n`);
  return failed;
};
