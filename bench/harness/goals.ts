import type { Spread } from './statistics.ts';

/** A target. `atLeast`: more is better; `atMost`: less is better. */
export type Goal = Readonly<{ what: string; kind: 'atLeast' | 'atMost'; goal: number; stretch: number; unit?: 'MB' }>;

export const GOALS = {
  1: { what: '`GET /profile` ÷ bare Fastify with the same response', kind: 'atLeast', goal: 0.55, stretch: 0.75 },
  2: { what: '`GET /profile` ÷ Better Auth `/profile`', kind: 'atLeast', goal: 10, stretch: 14 },
  3: {
    what: '`POST /licenses/validate` ÷ bare Fastify with the same body and response',
    kind: 'atLeast',
    goal: 0.45,
    stretch: 0.65,
  },
  4: { what: '`GET /users?limit=50` ÷ bare Fastify sending the same 50', kind: 'atLeast', goal: 0.5, stretch: 0.7 },
  5: {
    what: 'log-ins ÷ raw hashes of the faster library on the same cores',
    kind: 'atLeast',
    goal: 0.95,
    stretch: 0.98,
  },
  6: { what: 'log-ins ÷ Better Auth as it ships', kind: 'atLeast', goal: 4, stretch: 5 },
  7: {
    what: 'p99 of `GET /profile` at 200 per second while log-ins saturate ÷ without them',
    kind: 'atMost',
    goal: 2.5,
    stretch: 1.7,
  },
  8: {
    what: 'writes acknowledged with `synchronous=FULL`, 32 clients ÷ raw one-row commits with FULL',
    kind: 'atLeast',
    goal: 0.8,
    stretch: 3,
  },
  9: {
    what: 'CPU per request in the largest store ÷ in the smallest, point routes',
    kind: 'atMost',
    goal: 1.15,
    stretch: 1.05,
  },
  10: { what: 'the same for a list page, first and last', kind: 'atMost', goal: 1.3, stretch: 1.1 },
  11: {
    what: 'pair check with 100 ms per call ÷ (calls on the longest chain × 100 ms)',
    kind: 'atMost',
    goal: 1.15,
    stretch: 1.05,
  },
  12: { what: 'second start to first 200 ÷ bare Fastify’s start', kind: 'atMost', goal: 2.5, stretch: 1.5 },
  13: { what: 'idle memory (RSS)', kind: 'atMost', goal: 130, stretch: 100, unit: 'MB' },
  14: {
    what: 'the same routes on Postgres ÷ a bare `pg` prepared query behind Fastify',
    kind: 'atLeast',
    goal: 0.7,
    stretch: 0.85,
  },
  15: { what: 'a console page ÷ bare Fastify sending the same bytes', kind: 'atLeast', goal: 0.3, stretch: 0.5 },
} as const satisfies Readonly<Record<number, Goal>>;

export type GoalNumber = keyof typeof GOALS;

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

export const outcomeOf = ({ goal: number, value: { median } }: GoalResult): Outcome => {
  const { kind, goal, stretch }: Goal = GOALS[number];
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
