import { scaleLinear } from 'd3-scale';
import { area, curveLinear, curveStepAfter, line, stack } from 'd3-shape';
import { Instant } from '../../../../domain/shared/instant.ts';
import { type Column, more, table } from './components.ts';
import { formatDate, formatExact, formatNumber } from './format.ts';
import { type Html, html, markup } from './html.ts';

/** The drawing stretches to the width of the page, so words stand around it as HTML, and strokes keep their width. */
const [WIDTH, HEIGHT] = [300, 100];

type Labelled = Readonly<{
  /** Id of the title, unique on the page. */
  id: string;
  /** The content of the chart in a sentence, for people who do not see it. */
  title: string;
}>;

/** The counts of one day, one for each series. */
export type Day = Readonly<{
  /** `2026-11-28`, UTC. */
  day: string;
  values: readonly number[];
}>;

/** Series have the colours of the sheet in this order. */
type DaySeries = Labelled & Readonly<{ series: readonly string[]; days: readonly Day[] }>;

/** More colours are hard to distinguish. */
const DAY_SERIES_LIMIT = 5;

/** Columns of days, each a stack of at most five series, the first at the bottom. */
export const columnChart = ({ id, title, series, days }: DaySeries): Html => {
  if (series.length > DAY_SERIES_LIMIT) throw new RangeError(`A column chart has at most ${DAY_SERIES_LIMIT} series.`);
  const y = scaleOf(days.map(({ values }) => sum(values)));
  const step = WIDTH / Math.max(days.length, 1);
  const layers = stack<Day, number>()
    .keys(series.keys())
    .value(({ values }, index) => values[index] ?? 0)(days);
  const columns = days.map((day, index) => {
    const parts = layers.map((layer, part) => {
      const [from, to] = layer[index] ?? [0, 0];
      const height = y(from) - y(to);
      return (
        height > 0 &&
        html`<rect class="c${part + 1}" x="${round(index * step + step * 0.15)}" y="${round(y(to))}" width="${round(step * 0.7)}" height="${round(height)}"/>`
      );
    });
    const all = series.length > 1 && `${formatNumber(sum(day.values))} in all. `;
    return html`<g><title>${formatDay(day.day)}: ${all}${namedValues(series, day)}</title>${hit(index * step, step)}${parts}</g>\n`;
  });
  return chart({ id, title, levels: levelsOf(y), y, columns, dates: datesOf(days) });
};

type Line = Readonly<{
  label: string;
  /** `trend`: a line over a ground. `limit`: dashed, and constant until it changes. */
  kind: 'trend' | 'limit';
}>;

/** Lines over days. */
export const lineChart = (options: Labelled & Readonly<{ lines: readonly Line[]; days: readonly Day[] }>): Html => {
  const { id, title, lines, days } = options;
  const y = scaleOf(days.flatMap(({ values }) => values));
  const step = WIDTH / Math.max(days.length - 1, 1);
  const x = (_: unknown, index: number) => index * step;
  const drawn = lines.map(({ kind }, part) => {
    const values = days.map(({ values: all }) => all[part] ?? 0);
    const curve = kind === 'limit' ? curveStepAfter : curveLinear;
    const path = line<number>().x(x).y(y).curve(curve)(values);
    const ground = kind === 'trend' && area<number>().x(x).y0(HEIGHT).y1(y)(values);
    const last = values.at(-1);
    return html`${ground && html`<path class="area" d="${ground}"/>`}<path class="${kind}" d="${path}"/>${kind === 'trend' && last !== undefined && dot(WIDTH, y(last))}`;
  });
  const labels = lines.map(({ label }) => label);
  const points = days.map(
    (day, index) =>
      html`<g><title>${formatDay(day.day)}: ${namedValues(labels, day)}</title>${hit(index * step - step / 2, step)}</g>\n`,
  );
  return chart({
    id,
    title,
    levels: levelsOf(y),
    y,
    columns: [...drawn, ...points],
    dates: datesOf(days),
  });
};

/** One of two states from an instant on. */
export type Step = Readonly<{
  /** RFC 3339. */
  at: string;
  isOn: boolean;
  /** The result. */
  label: string;
}>;

type StepChart = Labelled &
  Readonly<{
    /** Oldest first. */
    steps: readonly Step[];
    /** End of the chart, RFC 3339. It begins with the first step. */
    until: string;
    on: string;
    off: string;
  }>;

/** How a state with two values changed, with a dot for each time it was observed. */
export const stepChart = ({ id, title, steps, until, on, off }: StepChart): Html => {
  const times = steps.map(({ at }) => Date.parse(at));
  const end = Math.max(Date.parse(until), ...times);
  const start = Math.min(end - 1, ...times);
  const x = scaleLinear([start, end], [0, WIDTH]);
  const y = (isOn: boolean) => (isOn ? 20 : 80);
  const last = steps.at(-1);
  const points = steps.map((step, index) => [x(times[index] ?? end), y(step.isOn)] as const);
  const whole = last === undefined ? points : [...points, [WIDTH, y(last.isOn)] as const];
  const path = line().curve(curveStepAfter)(whole as [number, number][]);
  const ground = area().y0(y(false)).curve(curveStepAfter)(whole as [number, number][]);
  const observed = steps.map(({ at, isOn, label }, index) => {
    const [left, top] = points[index] ?? [0, 0];
    return html`<g><title>${formatExact(at)}: ${label}</title>${hit(left - 4, 8)}${dot(left, top, isOn)}</g>\n`;
  });
  return chart({
    id,
    title,
    levels: [80, 20],
    y: Number,
    levelLabels: [off, on],
    columns: [html`<path class="area" d="${ground}"/><path class="trend" d="${path}"/>`, ...observed],
    dates: SHOWN.map((part) => Instant.fromEpochMs(start + (end - start) * part)),
  });
};

/** The series of a chart with their colours, as a table. */
export const legend = (
  caption: string,
  series: readonly Readonly<{ label: Html | string; values: readonly (string | number)[] }>[],
  columns: readonly string[],
): Html => {
  const rows = series.map(({ label, values }, index) => [
    html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="c${index + 1}" width="10" height="10"/></svg>${label}`,
    ...values,
  ]);
  const [first = '', ...others] = columns;
  return html`<div class="legend">${table(caption, numbersOf(first, others), rows, 'tight')}</div>`;
};

/** The values of a chart of days, newest first. It opens without a script. */
export const dayTable = ({ title, series, days }: Omit<DaySeries, 'id'>): Html => {
  const rows = days
    .map(({ day, values }) => [formatDay(day), ...series.map((_, index) => formatNumber(values[index] ?? 0))])
    .reverse();
  return more(
    'Day by day as a table',
    html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${table(title, numbersOf('Day', series), rows, 'tight')}</div>`,
  );
};

const numbersOf = (first: string, others: readonly string[]): Column[] => [
  { label: first },
  ...others.map((label) => ({ label, isNumber: true }) as const),
];

const chart = (options: {
  id: string;
  title: string;
  /** From the lowest. */
  levels: readonly number[];
  levelLabels?: readonly string[];
  y: (level: number) => number;
  columns: readonly Html[];
  dates: readonly (string | undefined)[];
}): Html => {
  const { id, title, levels, y, columns, dates, levelLabels } = options;
  const labels = (levelLabels ?? levels.map(formatShort)).toReversed();
  const lines = levels.map(
    (level) => html`<line x1="0" x2="${WIDTH}" y1="${round(y(level))}" y2="${round(y(level))}"/>`,
  );
  return html`<div class="chart${levelLabels && ' low'}"><div class="y${levelLabels && ' steps'}" aria-hidden="true">${labels.map((label) => html`<span>${label}</span>`)}</div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}"><title id="${id}">${title}</title><g class="grid">${lines}</g>
${columns}</svg><div class="x" aria-hidden="true">${dates.map((at) => html`<span>${at && formatDate(at).slice(0, -5)}</span>`)}</div></div>`;
};

const TICKS = 4;

/** To hundredths. */
const round = (value: number): number => Math.round(value * 100) / 100;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const scaleOf = (values: readonly number[]) => scaleLinear([0, Math.max(1, ...values)], [HEIGHT, 0]).nice(TICKS);

/** Where the axis of a count says a number: half a log-in does not exist. */
const levelsOf = (y: ReturnType<typeof scaleOf>): number[] => y.ticks(TICKS).filter(Number.isInteger);

/** The area that reacts to the pointer: the whole height. */
const hit = (x: number, width: number): Html =>
  html`<rect class="hit" x="${round(x)}" y="0" width="${round(width)}" height="${HEIGHT}"/>`;

/** A line without length has round ends: a circle would become an egg where the drawing stretches. */
const dot = (x: number, y: number, isOn = true): Html =>
  html`<path class="dot${!isOn && ' off'}" d="M${round(x)} ${round(y)}${markup('h.01')}"/>`;

const namedValues = (series: readonly string[], { values }: Day): string =>
  series.map((label, index) => `${label} ${formatNumber(values[index] ?? 0)}`).join(', ');

/** Where the axis says a date: as wide as a week of a month, and at the end. */
const SHOWN = [0, 7 / 30, 14 / 30, 21 / 30, 1];

const datesOf = (days: readonly Day[]): (string | undefined)[] => {
  const shown = SHOWN.map((part) => Math.min(Math.floor(days.length * part), days.length - 1));
  return shown.map((index, position) => (index === shown[position - 1] ? undefined : days[index]?.day));
};

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

/** `Sat 28 Nov 2026`. @param day `2026-11-28` */
const formatDay = (day: string): string => `${weekday.format(Date.parse(day))} ${formatDate(day)}`;

const short = new Intl.NumberFormat('en-GB', { notation: 'compact' });

/** `20k`, `1.5m`. */
const formatShort = (value: number): string =>
  value < 10_000 ? formatNumber(value) : short.format(value).toLowerCase();
