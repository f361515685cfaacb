import { readFileSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'undici';
import type { LoadPlan } from './load-plan.ts';
import { printResult } from './print-result.ts';

/**
 * Program for independent clients: requests are due at a constant rate, whether or not the previous one has a response,
 * and a latency starts at the time the request was due. Otherwise a server that pauses for a second would receive one
 * request in that second and show one slow response. Arguments: file of the plan, requests per second.
 */
const plan: LoadPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const everyMs = 1_000 / Number(process.argv[3]);
const pool = new Pool(plan.url, { connections: plan.connections, pipelining: 1, headersTimeout: 60_000 });

const latencies: number[] = [];
let failures = 0;

const send = async (nth: number, dueAt: number): Promise<void> => {
  const { method = 'GET', path, headers = {}, body } = plan.templates[nth % plan.templates.length] ?? { path: '/' };
  const request = { method: method as 'GET', path, headers: { ...headers } };
  const response = await pool.request(body === undefined ? request : { ...request, body });
  await response.body.dump();
  if (response.statusCode >= 400) failures += 1;
  latencies.push(performance.now() - dueAt);
};

const count = Math.round((plan.seconds * 1_000) / everyMs);
const from = performance.now();
const sent: Promise<void>[] = [];
for (let nth = 0; nth < count; nth += 1) {
  const dueAt = from + nth * everyMs;
  // A timer is up to a millisecond late, which would be most of the measured latency.
  if (dueAt - performance.now() > 2) await sleep(dueAt - performance.now() - 2);
  while (performance.now() < dueAt) await turn();
  sent.push(send(nth, dueAt));
}
await Promise.all(sent);
printResult(latencies, failures, from);
await pool.close();
