import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cores, pinned } from '../harness/machine.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { wrkCommand, wrkResult } from './wrk.ts';

const run = promisify(execFile);

export type Load = Omit<LoadPlan, 'firstNumber'>;

/** Numbers for `{n}` that a run may use; another may run beside it. More than a run of the fastest server sends. */
const NUMBERS_PER_RUN = 500_000;

/** Generates load with wrk, which needs the least CPU, or autocannon, on cores of its own. */
export class LoadGenerator {
  readonly tool: 'wrk' | 'autocannon';
  readonly #folder: string;
  readonly #cores: Cores;
  #runs = 0;

  constructor(options: { tool: 'wrk' | 'autocannon'; folder: string; cores: Cores }) {
    this.tool = options.tool;
    this.#folder = options.folder;
    this.#cores = options.cores;
  }

  /** @throws on any response other than 2xx and 3xx, because fast errors must not count as throughput */
  run(load: Load, tool = this.tool): Promise<LoadResult> {
    return this.#run(load, (plan) =>
      tool === 'wrk' ? wrkCommand(plan, this.#file('load.lua')) : this.#script('autocannon-load.ts', plan),
    );
  }

  /** For slow responses: every request that was sent is waited for and counted. */
  runClosedLoop(load: Load): Promise<LoadResult> {
    return this.#run(load, (plan) => this.#script('closed-loop-load.ts', plan));
  }

  /** Sends requests at a constant rate, however long each takes; latencies start at the time a request was due. */
  runAtConstantRate(load: Load, perSecond: number): Promise<LoadResult> {
    return this.#run(load, (plan) => [...this.#script('constant-rate-load.ts', plan), String(perSecond)]);
  }

  async #run(load: Load, commandFor: (plan: LoadPlan) => readonly string[]): Promise<LoadResult> {
    this.#runs += 1;
    const plan = { ...load, firstNumber: this.#runs * NUMBERS_PER_RUN };
    const [program = '', ...args] = pinned(this.#cores.load, this.#cores.isPinned, commandFor(plan));
    const { stdout } = await run(program, args, { maxBuffer: 64e6 });
    const result = wrkResult(stdout);
    if (result.failures > 0) {
      throw new Error(
        `${result.failures} of ${result.requests} requests failed: ${plan.templates[0]?.path} at ${plan.url}`,
      );
    }
    return result;
  }

  #script(script: string, plan: LoadPlan): readonly string[] {
    const file = this.#file(`${script}.json`);
    writeFileSync(file, JSON.stringify(plan));
    return [process.execPath, join(import.meta.dirname, script), file];
  }

  /** A file of this run. */
  #file(name: string): string {
    return join(this.#folder, `${this.#runs % 10}-${name}`);
  }
}
