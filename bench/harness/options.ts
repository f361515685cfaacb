import { parseArgs } from 'node:util';

/** Parts of the whole, in the order in which they run. */
export const PARTS = [
  'profile',
  'validate',
  'list',
  'register',
  'writes',
  'logins',
  'mixed',
  'growth',
  'pairs',
  'start',
  'postgres',
] as const;

export type Part = (typeof PARTS)[number];

export type Options = Readonly<{
  parts: readonly Part[];
  isQuick: boolean;
  /** Rounds of each measurement. */
  rounds: number;
  /** Length of a round. Unit: s. */
  seconds: number;
  /** Before the first round, not counted. Unit: s. */
  warmSeconds: number;
  /** Users, and as many licenses, of the stores whose cost is compared; the smallest first. */
  sizes: readonly number[];
  /** Starts of each process whose start is timed. */
  starts: number;
  /** The tool that makes the load. */
  tool: 'wrk' | 'autocannon' | undefined;
}>;

const THOROUGH = { rounds: 3, seconds: 4, warmSeconds: 3, sizes: [1_000, 100_000, 1_000_000], starts: 9 };
const QUICK = { rounds: 2, seconds: 1, warmSeconds: 1, sizes: [1_000, 20_000], starts: 3 };

export const HELP = `npm run bench -- [--quick] [--only=${PARTS.join(',')}] [--tool=wrk|autocannon]
  --quick  short rounds and small stores, for a first look; nothing is written to RESULTS.md
  --only   these parts, separated by commas; nothing is written to RESULTS.md
  --tool   what makes the load; wrk where it is there, else autocannon`;

/** @throws with a sentence for people where the command line cannot be understood */
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
  if (tool !== undefined && tool !== 'wrk' && tool !== 'autocannon') throw new Error(`No tool is called ${tool}`);
  const lengths = values.quick ? QUICK : THOROUGH;
  return { parts: partsIn(values.only), isQuick: values.quick, ...lengths, tool };
};

const partsIn = (only: string | undefined): readonly Part[] => {
  if (only === undefined) return PARTS;
  const wanted = only.split(',');
  const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`No part is called "${unknown}"; there are ${PARTS.join(', ')}`);
  return PARTS.filter((part) => wanted.includes(part));
};
