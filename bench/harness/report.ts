import { type Finding, GOALS, type Goal, type Reached, type Table, verdictOn } from './goals.ts';
import type { Spread } from './statistics.ts';

/** The whole run in Markdown, which reads as well in a terminal. */
export const reportOf = (findings: readonly Finding[], headline: readonly string[]): string => {
  const reached = findings.flatMap((finding) => finding.reached).toSorted((one, other) => one.goal - other.goal);
  const notes = findings.flatMap((finding) => finding.notes ?? []);
  return [
    ...headline,
    ...(reached.length > 0 ? [written(goalTable(reached))] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    ...findings.flatMap(({ tables }) => tables.map(written)),
  ].join('\n\n');
};

const goalTable = (reached: readonly Reached[]): Table => ({
  title: 'Goals',
  head: ['#', 'what', 'measured', 'min–max', 'by CPU', 'goal', 'stretch', ''],
  rows: reached.map((one) => {
    const { what, kind, goal, stretch, unit }: Goal = GOALS[one.goal];
    const sign = kind === 'atLeast' ? '≥' : '≤';
    const { median, min, max } = one.value;
    return [
      String(one.goal),
      one.of === undefined ? what : `${what}: ${one.of}`,
      `**${ratio(median)}${unit === undefined ? '' : ` ${unit}`}**`,
      `${ratio(min)}–${ratio(max)}`,
      one.byCpu === undefined ? '–' : ratio(one.byCpu.median),
      `${sign} ${goal}`,
      `${sign} ${stretch}`,
      verdictOn(one),
    ];
  }),
});

const ratio = (value: number): string => (value >= 20 ? value.toFixed(0) : value.toFixed(value >= 5 ? 1 : 2));

/** @returns `median (min–max)` with so many digits after the point */
export const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

const written = ({ title, head, rows }: Table): string => {
  const widths = head.map((cell, column) => Math.max(...[cell, ...rows.map((row) => row[column] ?? '')].map(length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell))).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`## ${title}`, '', line(head), rule, ...rows.map(line)].join('\n');
};

const length = (cell: string): number => [...cell].length;
