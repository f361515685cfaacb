import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { type LoadPlan, type LoadResult, numbered } from './load-plan.ts';

/** Program: runs the plan in the file named by its argument, and prints the result as its last line. */
const plan: LoadPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
let number = plan.firstNumber;

const { requests, duration, latency, errors, timeouts, non2xx } = await autocannon({
  url: plan.url,
  connections: plan.connections,
  duration: plan.seconds,
  requests: plan.templates.map(({ method = 'GET', path, headers = {}, body }) => {
    const template = { method, path, headers: { ...headers }, ...(body === undefined ? {} : { body }) };
    if (!`${path}${body ?? ''}`.includes('{n}')) return template;
    return {
      ...template,
      setupRequest: (sent) => {
        number += 1;
        const filled = body === undefined ? {} : { body: numbered(body, number) };
        return { ...sent, path: numbered(path, number), ...filled };
      },
    };
  }),
});

const result: LoadResult = {
  requests: requests.total,
  seconds: duration,
  p50Ms: latency.p50,
  p99Ms: latency.p99,
  failures: errors + timeouts + non2xx,
};
console.log(JSON.stringify(result));
