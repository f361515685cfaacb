import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cores, pinned } from '../harness/machine.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { wrkCommand, wrkResult } from './wrk.ts';

const run = promisify(execFile);

export type Load = Omit<LoadPlan, 'firstNumber'>;

/** What makes the load: wrk, which costs least, or autocannon. It keeps to its own cores. */
export class LoadGenerator {
  readonly tool: 'wrk' | 'autocannon';
  readonly #folder: string;
  readonly #cores: Cores;
  #nextNumber = 0;

  constructor(options: { tool: 'wrk' | 'autocannon'; folder: string; cores: Cores }) {
    this.tool = options.tool;
    this.#folder = options.folder;
    this.#cores = options.cores;
  }

  /** @throws where a single answer is no 2xx or 3xx: what is refused quickly must not pass for speed */
  run(load: Load): Promise<LoadResult> {
    return this.#run(load, (plan) =>
      this.tool === 'wrk' ? wrkCommand(plan, this.#folder) : this.#ours('autocannon-load.ts', plan),
    );
  }

  /** The same for answers that take long: none that was asked for is left out. */
  runPatiently(load: Load): Promise<LoadResult> {
    return this.#run(load, (plan) => this.#ours('patient-load.ts', plan));
  }

  /** So many a second, however long each takes; latencies run from when an ask was due. */
  runSteadily(load: Load, perSecond: number): Promise<LoadResult> {
    return this.#run(load, (plan) => [...this.#ours('steady-load.ts', plan), String(perSecond)]);
  }

  async #run(load: Load, commandFor: (plan: LoadPlan) => readonly string[]): Promise<LoadResult> {
    const plan = { ...load, firstNumber: this.#nextNumber };
    const [program = '', ...args] = pinned(this.#cores.load, this.#cores.isPinned, commandFor(plan));
    const { stdout } = await run(program, args, { maxBuffer: 64e6 });
    const result = wrkResult(stdout);
    // What was sent last may not have been answered: its numbers are used up too.
    this.#nextNumber += result.requests + load.connections + 1;
    if (result.failures > 0) {
      throw new Error(`${result.failures} of ${result.requests} requests failed: ${plan.asks[0]?.path} at ${plan.url}`);
    }
    return result;
  }

  #ours(script: string, plan: LoadPlan): readonly string[] {
    const file = join(this.#folder, `${script}.json`);
    writeFileSync(file, JSON.stringify(plan));
    return [process.execPath, join(import.meta.dirname, script), file];
  }
}
