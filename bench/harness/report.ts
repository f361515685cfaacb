import {
  type BenchmarkResult,
  byNumber,
  GOALS,
  type Goal,
  type GoalResult,
  outcomeOf,
  type Table,
  targetOf,
} from './goals.ts';
import type { Spread } from './statistics.ts';

/** Renders the report in Markdown, aligned for a terminal. */
export const reportOf = (results: readonly BenchmarkResult[], headline: readonly string[]): string => {
  const goals = results.flatMap((finding) => finding.goals).toSorted(byNumber);
  const notes = results.flatMap((finding) => finding.notes ?? []);
  return [
    ...headline,
    ...(goals.length > 0 ? [rendered(goalTable(goals))] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    ...results.flatMap(({ tables }) => tables.map(rendered)),
  ].join('\n\n');
};

/** What is written by hand, and what begins the first of these sections. */
const BY_HAND = /^## (?:Goals that are not met, and why|Comparisons of two commits)$/m;

/** @returns the report, with the sections written by hand that the report before it ends with: a run measures one commit */
export const withSectionsByHand = (report: string, before: string): string => {
  const at = before.search(BY_HAND);
  return at === -1 ? `${report}\n` : `${report}\n\n${before.slice(at)}`;
};

const goalTable = (goals: readonly GoalResult[]): Table => ({
  title: 'Goals',
  head: ['#', 'what', 'measured', 'min–max', 'by CPU', 'goal', 'stretch', ''],
  rows: goals.map((result) => {
    const { what, kind, unit }: Goal = GOALS[result.goal];
    const { goal, stretch } = targetOf(result);
    const sign = kind === 'atLeast' ? '≥' : '≤';
    const { median, min, max } = result.value;
    return [
      String(result.goal),
      result.of === undefined ? what : `${what}: ${result.of}`,
      `**${ratio(median)}${unit === undefined ? '' : ` ${unit}`}**`,
      `${ratio(min)}–${ratio(max)}`,
      result.byCpu === undefined ? '–' : ratio(result.byCpu.median),
      `${sign} ${goal}`,
      `${sign} ${stretch}`,
      outcomeOf(result),
    ];
  }),
});

const ratio = (value: number): string => (value >= 20 ? value.toFixed(0) : value.toFixed(value >= 5 ? 1 : 2));

/** @returns `median (min–max)` with `digits` decimals */
export const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

const rendered = ({ title, head, rows }: Table): string => {
  const widths = head.map((cell, column) => Math.max(...[cell, ...rows.map((row) => row[column] ?? '')].map(length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell))).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`## ${title}`, '', line(head), rule, ...rows.map(line)].join('\n');
};

const length = (cell: string): number => [...cell].length;
