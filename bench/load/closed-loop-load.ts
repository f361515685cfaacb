import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import type { LoadPlan } from './load-plan.ts';
import { printResult } from './print-result.ts';

/**
 * Program for slow requests such as log-ins: each connection sends the next request as soon as it has a response, and at
 * the end all responses are waited for. A tool that stops on time would omit the requests in flight, one per cent of all.
 * Its argument is the file of the plan; it prints the result as its last line.
 */
const plan: LoadPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const pool = new Pool(plan.url, { connections: plan.connections, pipelining: 1, headersTimeout: 60_000 });

const latencies: number[] = [];
let failures = 0;
let turn = 0;

const client = async (until: number): Promise<void> => {
  while (performance.now() < until) {
    const { method = 'GET', path, headers = {}, body } = plan.templates[turn % plan.templates.length] ?? { path: '/' };
    turn += 1;
    const from = performance.now();
    const response = await pool.request({
      method: method as 'GET',
      path,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
    });
    await response.body.dump();
    if (response.statusCode >= 400) failures += 1;
    latencies.push(performance.now() - from);
  }
};

const from = performance.now();
const until = from + plan.seconds * 1_000;
await Promise.all(Array.from({ length: plan.connections }, () => client(until)));
printResult(latencies, failures, from);
await pool.close();
