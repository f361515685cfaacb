import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cores, pinned } from '../harness/machine.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { wrkCommand, wrkResult } from './wrk.ts';

const run = promisify(execFile);

export type Load = Omit<LoadPlan, 'firstNumber'>;

/** Generates load with wrk, which needs the least CPU, or autocannon, on cores of its own. */
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

  /** @throws on any response other than 2xx and 3xx, because fast errors must not count as throughput */
  run(load: Load): Promise<LoadResult> {
    return this.#run(load, (plan) =>
      this.tool === 'wrk' ? wrkCommand(plan, this.#folder) : this.#script('autocannon-load.ts', plan),
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
    const plan = { ...load, firstNumber: this.#nextNumber };
    const [program = '', ...args] = pinned(this.#cores.load, this.#cores.isPinned, commandFor(plan));
    const { stdout } = await run(program, args, { maxBuffer: 64e6 });
    const result = wrkResult(stdout);
    // The last requests may have no response, but their numbers are used up too.
    this.#nextNumber += result.requests + load.connections + 1;
    if (result.failures > 0) {
      throw new Error(
        `${result.failures} of ${result.requests} requests failed: ${plan.templates[0]?.path} at ${plan.url}`,
      );
    }
    return result;
  }

  #script(script: string, plan: LoadPlan): readonly string[] {
    const file = join(this.#folder, `${script}.json`);
    writeFileSync(file, JSON.stringify(plan));
    return [process.execPath, join(import.meta.dirname, script), file];
  }
}
