import { writeFileSync } from 'node:fs';
import { type LoadPlan, type LoadResult, wireFormOf } from './load-plan.ts';

/** @returns the command line of wrk for a plan, which is written as `script` */
export const wrkCommand = (plan: LoadPlan, script: string): readonly string[] => {
  writeFileSync(script, luaOf(plan));
  return [
    'wrk',
    '--threads=1',
    `--connections=${plan.connections}`,
    `--duration=${plan.seconds}s`,
    '--timeout=20s',
    `--script=${script}`,
    plan.url,
  ];
};

/** Renders all requests beforehand, so that the tool does as little as possible during the measurement. */
const luaOf = (plan: LoadPlan): string => {
  const requests = plan.templates.map(
    (template) => `{${wireFormOf(template, plan.url).split('{n}').map(luaString).join(', ')}}`,
  );
  return `
local requests = {
${requests.join(',\n')}
}
local turn = 0
local number = ${plan.firstNumber}
request = function()
  turn = turn % #requests + 1
  local parts = requests[turn]
  if #parts == 1 then return parts[1] end
  number = number + 1
  return table.concat(parts, string.format("%08d", number % 100000000))
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"failures":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;
};

const luaString = (text: string): string => {
  const escaped = text.replaceAll(/[\\"]/g, (character) => `\\${character}`);
  return `"${escaped.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}"`;
};

/** @param output of wrk */
export const wrkResult = (output: string): LoadResult => JSON.parse(output.trim().split('\n').at(-1) ?? '');
