import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import type { LoadPlan } from './load-plan.ts';
import { tellResult } from './tell-result.ts';

/**
 * A program for what takes long, such as log-ins: each connection asks again as soon as it is answered, and at the end
 * every answer is waited for. A tool that stops at the bell would leave out the work that was under way, a hundredth of
 * all. Its argument is the file of the plan; it prints the result as its last line.
 */
const plan: LoadPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const pool = new Pool(plan.url, { connections: plan.connections, pipelining: 1, headersTimeout: 60_000 });

const latencies: number[] = [];
let failures = 0;
let turn = 0;

const client = async (until: number): Promise<void> => {
  while (performance.now() < until) {
    const { method = 'GET', path, headers = {}, body } = plan.asks[turn % plan.asks.length] ?? { path: '/' };
    turn += 1;
    const from = performance.now();
    const answer = await pool.request({
      method: method as 'GET',
      path,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
    });
    await answer.body.dump();
    if (answer.statusCode >= 400) failures += 1;
    latencies.push(performance.now() - from);
  }
};

const from = performance.now();
const until = from + plan.seconds * 1_000;
await Promise.all(Array.from({ length: plan.connections }, () => client(until)));
tellResult(latencies, failures, from);
await pool.close();
