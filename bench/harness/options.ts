import { parseArgs } from 'node:util';

/** Names of the benchmarks, in the order of a run. */
export const BENCHMARKS = [
  'profile',
  'validate',
  'list',
  'register',
  'pages',
  'writes',
  'logins',
  'mixed',
  'growth',
  'pairs',
  'start',
  'postgres',
  'processes',
] as const;

export type BenchmarkName = (typeof BENCHMARKS)[number];

export type Options = Readonly<{
  benchmarks: readonly BenchmarkName[];
  isQuick: boolean;
  /** Rounds of each measurement. */
  rounds: number;
  /** Length of a round. Unit: s. */
  seconds: number;
  /** Before the first round, not counted. Unit: s. */
  warmSeconds: number;
  /** Users, and as many licenses, of the stores that `growth` compares; ascending. */
  sizes: readonly number[];
  /** Number of timed starts of each process. */
  starts: number;
  /** The load generator. */
  tool: 'wrk' | 'autocannon' | undefined;
}>;

const THOROUGH = { rounds: 3, seconds: 4, warmSeconds: 3, sizes: [1_000, 100_000, 1_000_000], starts: 9 };
const QUICK = { rounds: 2, seconds: 1, warmSeconds: 1, sizes: [1_000, 20_000], starts: 3 };

export const HELP = `npm run bench -- [--quick] [--only=${BENCHMARKS.join(',')}] [--tool=wrk|autocannon]
  --quick  short rounds and small stores, for a first look; nothing is written to RESULTS.md
  --only   these benchmarks, separated by commas; nothing is written to RESULTS.md
  --tool   the load generator; by default wrk if it is installed, otherwise autocannon`;

/** @throws with a message for the user if the command line is invalid */
export const readOptions = (args: readonly string[]): Options | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      tool: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { tool } = values;
  if (tool !== undefined && tool !== 'wrk' && tool !== 'autocannon') throw new Error(`Unknown tool ${tool}`);
  const lengths = values.quick ? QUICK : THOROUGH;
  return { benchmarks: benchmarksIn(values.only), isQuick: values.quick, ...lengths, tool };
};

const benchmarksIn = (only: string | undefined): readonly BenchmarkName[] => {
  if (only === undefined) return BENCHMARKS;
  const names = only.split(',');
  const unknown = names.find((name) => !BENCHMARKS.some((benchmark) => benchmark === name));
  if (unknown !== undefined) throw new Error(`Unknown benchmark "${unknown}"; there are ${BENCHMARKS.join(', ')}`);
  return BENCHMARKS.filter((benchmark) => names.includes(benchmark));
};
