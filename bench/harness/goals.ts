import type { Spread } from './statistics.ts';

/** `atLeast`: more is better; `atMost`: less is better. */
type Target = Readonly<{ goal: number; stretch: number }>;

export type Goal = Readonly<{ what: string; kind: 'atLeast' | 'atMost'; unit?: 'MB' | 'ms' }> &
  (Target | Readonly<{ targets: Readonly<Record<string, Target>> }>);

export const GOALS = {
  1: { what: '`GET /profile` ÷ bare Fastify with the same response', kind: 'atLeast', goal: 0.55, stretch: 0.65 },
  2: { what: '`GET /profile` ÷ Better Auth `/profile`', kind: 'atLeast', goal: 12, stretch: 15 },
  3: {
    what: '`POST /licenses/validate` ÷ bare Fastify with the same body and response',
    kind: 'atLeast',
    goal: 0.58,
    stretch: 0.68,
  },
  4: { what: '`GET /users?limit=50` ÷ bare Fastify sending the same 50', kind: 'atLeast', goal: 0.6, stretch: 0.7 },
  '4b': { what: '`GET /connected/register` ÷ bare Fastify', kind: 'atLeast', goal: 0.42, stretch: 0.55 },
  5: {
    what: 'log-ins ÷ raw hashes of the faster library on the same cores',
    kind: 'atLeast',
    goal: 0.8,
    stretch: 0.88,
  },
  6: { what: 'log-ins ÷ Better Auth as it ships', kind: 'atLeast', goal: 7, stretch: 8 },
  7: {
    what: 'p99 of `GET /profile` at 200 per second while log-ins saturate ÷ without them',
    kind: 'atMost',
    goal: 2.5,
    stretch: 1.7,
  },
  '7b': {
    what: 'p99 of `GET /profile` at 200 per second while 32 clients write ÷ without them',
    kind: 'atMost',
    goal: 3,
    stretch: 1.7,
  },
  '7c': {
    what: 'longest stop of the event loop at 5,800 validations per second of different licenses',
    kind: 'atMost',
    goal: 20,
    stretch: 5,
    unit: 'ms',
  },
  8: {
    what: 'writes with their audit entry, acknowledged once the disk has them, 32 clients ÷ raw one-row commits with FULL',
    kind: 'atLeast',
    targets: { '`POST /users`': { goal: 1.2, stretch: 2 }, '`PUT …/activations/…`': { goal: 0.9, stretch: 1.5 } },
  },
  9: {
    what: 'CPU per request in the largest store ÷ in the smallest, point routes',
    kind: 'atMost',
    goal: 1.15,
    stretch: 1.05,
  },
  10: {
    what: 'the same for a list page, first and last, and for the search of the console',
    kind: 'atMost',
    goal: 1.1,
    stretch: 1.05,
  },
  11: {
    what: 'pair check with 100 ms per call ÷ (calls on the longest chain × 100 ms)',
    kind: 'atMost',
    goal: 1.05,
    stretch: 1.02,
  },
  12: { what: 'second start to first 200 ÷ bare Fastify’s start', kind: 'atMost', goal: 2.2, stretch: 1.5 },
  13: { what: 'idle memory (RSS)', kind: 'atMost', goal: 105, stretch: 90, unit: 'MB' },
  14: {
    what: 'the same routes on Postgres ÷ a bare `pg` prepared query behind Fastify',
    kind: 'atLeast',
    targets: {
      '`GET /profile`': { goal: 0.8, stretch: 0.9 },
      '`POST /licenses/validate`': { goal: 0.8, stretch: 0.9 },
      '`GET /users?limit=50`': { goal: 0.95, stretch: 1 },
      '`POST /users`': { goal: 0.55, stretch: 0.7 },
    },
  },
  15: { what: 'a console page ÷ bare Fastify sending the same bytes', kind: 'atLeast', goal: 0.3, stretch: 0.5 },
} as const satisfies Readonly<Record<number | string, Goal>>;

export type GoalNumber = keyof typeof GOALS;

/** The order of the report: 4, 4b, 5. */
export const byNumber = (one: GoalResult, other: GoalResult): number =>
  String(one.goal).localeCompare(String(other.goal), 'en', { numeric: true });

/** The measured value for one goal, on one of its routes. */
export type GoalResult = Readonly<{
  goal: GoalNumber;
  /** Route, core or size, for a goal with several. */
  of?: string;
  /** The value that is compared with the goal. */
  value: Spread;
  /** The same by CPU time per request, which a busy machine disturbs less. */
  byCpu?: Spread | undefined;
}>;

export type Outcome = 'stretch' | 'met' | 'not met';

/** @throws where a goal with several targets has none for this route */
export const targetOf = ({ goal: number, of = '' }: Pick<GoalResult, 'goal' | 'of'>): Target => {
  const goal: Goal = GOALS[number];
  const target = 'targets' in goal ? goal.targets[of] : goal;
  if (target === undefined) throw new Error(`Goal ${number} has no target for ${of}`);
  return target;
};

export const outcomeOf = (result: GoalResult): Outcome => {
  const { kind }: Goal = GOALS[result.goal];
  const { goal, stretch } = targetOf(result);
  const { median } = result.value;
  const reaches = (target: number) => (kind === 'atLeast' ? median >= target : median <= target);
  if (reaches(stretch)) return 'stretch';
  return reaches(goal) ? 'met' : 'not met';
};

/** A table of the report. */
export type Table = Readonly<{ title: string; head: readonly string[]; rows: readonly (readonly string[])[] }>;

/** The result of one benchmark. */
export type BenchmarkResult = Readonly<{
  goals: readonly GoalResult[];
  tables: readonly Table[];
  notes?: readonly string[];
}>;
