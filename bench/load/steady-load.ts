import { readFileSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'undici';
import type { LoadPlan } from './load-plan.ts';
import { tellResult } from './tell-result.ts';

/**
 * A program for people who do not wait for each other: one ask is due every so often, whether or not the one before
 * has been answered, and its time runs from when it was due. Else a server that stops for a second would be asked
 * once in that second and show one slow answer. Arguments: file of the plan, asks a second.
 */
const plan: LoadPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const everyMs = 1_000 / Number(process.argv[3]);
const pool = new Pool(plan.url, { connections: plan.connections, pipelining: 1, headersTimeout: 60_000 });

const latencies: number[] = [];
let failures = 0;

const ask = async (nth: number, dueAt: number): Promise<void> => {
  const { method = 'GET', path, headers = {} } = plan.asks[nth % plan.asks.length] ?? { path: '/' };
  const answer = await pool.request({ method: method as 'GET', path, headers: { ...headers } });
  await answer.body.dump();
  if (answer.statusCode >= 400) failures += 1;
  latencies.push(performance.now() - dueAt);
};

const count = Math.round((plan.seconds * 1_000) / everyMs);
const from = performance.now();
const asked: Promise<void>[] = [];
for (let nth = 0; nth < count; nth += 1) {
  const dueAt = from + nth * everyMs;
  // A timer is up to a millisecond late, which would be the larger part of what is measured here.
  if (dueAt - performance.now() > 2) await sleep(dueAt - performance.now() - 2);
  while (performance.now() < dueAt) await turn();
  asked.push(ask(nth, dueAt));
}
await Promise.all(asked);
tellResult(latencies, failures, from);
await pool.close();
