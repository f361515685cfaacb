import type { LicenseView } from '../../../../application/license/license-view.ts';
import {
  MAX_QUEUED,
  type StatisticsView,
  VALIDATION_CODES,
} from '../../../../application/statistics/read-statistics.ts';
import type { UsersById } from '../../../../application/user/list-users.ts';
import type { ValidationCode } from '../../../../domain/license/license-validation.ts';
import type { DailyCount } from '../../../../ports/daily-counts.ts';
import type * as Charts from '../common/charts.ts';
import { badge, block, metrics, pageHead } from '../common/components.ts';
import { counted, formatNumber, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';

type Overview = Readonly<{
  charts: typeof Charts;
  statistics: StatisticsView;
  /** @property before the day that the list ends with */
  ends: Readonly<{ licenses: readonly LicenseView[]; owners: UsersById; before: string }>;
  /** Of the audit log; `undefined`: not for this person. */
  chain: Readonly<{ unsealed: number }> | undefined;
  /** Of the store. */
  problems: readonly string[];
}>;

type Name = DailyCount['name'];

export const overviewPage = (page: PageRequest, overview: Overview): Html => {
  const actions = html`<a class="button" href="/console/licenses">Find a license</a>${page.can('licenses:write') && html`<a class="button primary" href="/console/licenses/new">Issue license</a>`}`;
  const [first, second] = drawnDays(overview);
  return consolePage(
    page,
    'Overview',
    html`${pageHead({ title: 'Overview', lead: 'Today so far and the last 30 days. Days are those of UTC.', actions })}
${first}
<div class="two">${second}${ends(page, overview)}${work(page, overview)}</div>`,
  );
};

let drawn: Readonly<{ counts: string; parts: readonly [Html, Html] }> | undefined;

/**
 * Draws the days: first the numbers with the validations, then the other charts.
 * perf: they depend on the counts alone, and the last ones are kept with their counts, which change when the worker writes.
 */
const drawnDays = (overview: Overview): readonly [Html, Html] => {
  const counts = JSON.stringify(overview.statistics.days);
  if (drawn?.counts !== counts) {
    const parts = [
      html`${keyNumbers(overview)}${validations(overview)}`,
      html`${seats(overview)}${logins(overview)}`,
    ] as const;
    drawn = { counts, parts };
  }
  return drawn.parts;
};

const countsOf = ({ statistics: { days } }: Overview) => {
  const of = (name: Name) => days.map(({ counts }) => counts[name] ?? 0);
  return {
    today: (...names: readonly Name[]) => names.reduce((all, name) => all + (of(name).at(-1) ?? 0), 0),
    all: (...names: readonly Name[]) => names.flatMap(of).reduce((all, count) => all + count, 0),
    /** The last measured number; a day on which the service did not run has none. */
    last: (name: Name) => days.findLast(({ counts }) => counts[name] !== undefined)?.counts[name],
  };
};

const keyNumbers = (overview: Overview): Html => {
  const { today, all, last } = countsOf(overview);
  const number = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value));
  return metrics([
    {
      label: 'Active licenses',
      value: number(last('license.active')),
      note: `${formatNumber(all('license.issued'))} issued, ${formatNumber(all('license.expired'))} ended in 30 days`,
    },
    { label: 'Seats in use', value: number(last('seat.used')), note: `of ${number(last('seat.sold'))} sold` },
    {
      label: 'Validations today',
      value: formatNumber(today(...VALIDATIONS)),
      note: `${formatNumber(all(...VALIDATIONS))} in 30 days`,
    },
    {
      label: 'Failed log-ins today',
      value: formatNumber(today('login.failed')),
      note: `${formatNumber(all('login.failed'))} in 30 days`,
    },
  ]);
};

/** The codes of a validation that have a colour. All others are one. */
const CODES = ['VALID', 'IN_GRACE', 'NOT_ACTIVATED', 'EXPIRED'] as const;

const OTHER_CODES = VALIDATION_CODES.filter((code) => !(CODES as readonly ValidationCode[]).includes(code));

const SERIES: readonly Readonly<{ label: string; names: readonly Name[] }>[] = [
  ...CODES.map((code) => ({ label: code, names: [`validation.${code}`] as const })),
  { label: 'Other', names: OTHER_CODES.map((code) => `validation.${code}` as const) },
];

const VALIDATIONS = SERIES.flatMap(({ names }) => names);

const daysOf = ({ statistics: { days } }: Overview, series: readonly (readonly Name[])[]) =>
  days.map(({ day, counts }) => ({
    day,
    values: series.map((names) => names.reduce((all, name) => all + (counts[name] ?? 0), 0)),
  }));

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`);

const validations = (overview: Overview): Html => {
  const { columnChart, dayTable, legend } = overview.charts;
  const { today, all } = countsOf(overview);
  const labels = SERIES.map(({ label }) => label);
  const days = daysOf(
    overview,
    SERIES.map(({ names }) => names),
  );
  const whole = all(...VALIDATIONS);
  if (whole === 0) {
    const next = html`<p class="muted roomy">None in 30 days. Your application asks <code>POST /licenses/validate</code>; each answer is counted here.</p>`;
    return block('validations', 'Validations by code', next);
  }
  const rows = SERIES.map(({ label, names }) => ({
    label: label === 'Other' ? label : html`<code>${label}</code>`,
    values: [formatNumber(today(...names)), formatNumber(all(...names)), share(all(...names), whole)],
  }));
  const title = 'Validations of each day by code. The numbers are in the table below.';
  return block(
    'validations',
    'Validations by code',
    html`<div class="lead-side">${columnChart({ id: 'validations-chart', title, series: labels, days })}${legend('Validations by code', rows, ['Code', 'Today', '30 days', 'Share'])}</div>${dayTable({ title: 'Validations day by day', series: labels, days })}`,
    '30 days, today so far',
  );
};

/** From the first measurement on. A day on which the service did not run is as the day before. */
const measuredSeats = ({ days }: StatisticsView) => {
  let values: readonly number[] | undefined;
  return days.flatMap(({ day, counts }) => {
    const { 'seat.used': used, 'seat.sold': sold = 0 } = counts;
    if (used !== undefined) values = [used, sold];
    return values === undefined ? [] : [{ day, values }];
  });
};

const seats = (overview: Overview): Html => {
  const { lineChart, dayTable } = overview.charts;
  const days = measuredSeats(overview.statistics);
  if (!days.some(({ values }) => values.some((value) => value > 0))) {
    const next = html`<p class="muted roomy">None yet. A license that you issue has as many as you sell with it.</p>`;
    return block('seats', 'Seats in use', next);
  }
  const lines = [
    { label: 'In use', kind: 'trend' },
    { label: 'Sold', kind: 'limit' },
  ] as const;
  return block(
    'seats',
    'Seats in use',
    html`${lineChart({ id: 'seats-chart', title: 'Seats in use and sold on each day', lines, days })}${dayTable({ title: 'Seats day by day', series: ['In use', 'Sold'], days })}`,
    'dashed: sold',
  );
};

const logins = (overview: Overview): Html => {
  const { columnChart, dayTable, legend } = overview.charts;
  const series = ['Log-ins', 'Failures'];
  const days = daysOf(overview, [['login.succeeded'], ['login.failed']]);
  const { today, all } = countsOf(overview);
  const row = (label: string, name: Name) => ({ label, values: [formatNumber(today(name)), formatNumber(all(name))] });
  const rows = [row('Log-ins', 'login.succeeded'), row('Failures', 'login.failed')];
  return block(
    'logins',
    'Log-ins and failures',
    html`${columnChart({ id: 'logins-chart', title: 'Log-ins and failures on each day', series, days })}${legend('Log-ins and failures', rows, ['', 'Today', '30 days'])}${dayTable({ title: 'Log-ins day by day', series, days })}`,
    '30 days, today so far',
  );
};

const ends = ({ now }: PageRequest, { ends: { licenses, owners, before } }: Overview): Html => {
  const rows = licenses.map(
    ({ id, userId, product, maxActivations, expiresAt }) =>
      html`<li><div><a href="/console/licenses/${id}">${owners.get(userId)?.name ?? owners.get(userId)?.email ?? 'Deleted account'}</a><small>${product ?? 'any product'}${maxActivations !== null && ` · ${counted(maxActivations, 'seat')}`}</small></div><span>${expiresAt !== null && time(expiresAt, now)}</span></li>`,
  );
  return block(
    'ends',
    'Ending soon',
    rows.length === 0
      ? html`<p class="muted roomy">No license ends within 30 days.</p>`
      : html`<ul class="rows">${rows}</ul>`,
    html`<a href="/console/licenses?status=active&amp;expires_before=${before}">All within 30 days</a>`,
  );
};

/** Unsealed entries that the worker leaves behind while it works. */
const MANY_UNSEALED = 1_000;

const work = (page: PageRequest, overview: Overview): Html => {
  const {
    chain,
    problems,
    statistics: { queuedEmails },
  } = overview;
  const { today, all } = countsOf(overview);
  const limits = 'limit.reached';
  const isBehind = queuedEmails > MAX_QUEUED || (chain !== undefined && chain.unsealed > MANY_UNSEALED);
  const state =
    problems.length > 0 ? badge('bad', 'Not usable') : isBehind ? badge('warn', 'Behind') : badge('good', 'All well');
  const row = (title: Html | string, text: string, value: Html | string) =>
    html`<li><div>${title}<small>${text}</small></div><span class="num">${value}</span></li>`;
  const emails = queuedEmails > MAX_QUEUED ? `over ${formatNumber(MAX_QUEUED)}` : formatNumber(queuedEmails);
  return block(
    'health',
    'Health',
    html`<ul class="rows">${row('Store', problems[0] ?? 'answers, and has all migrations', problems.length === 0 ? 'well' : 'not usable')}${row('E-mails', 'queued', emails)}${row(
      page.can('audit:read')
        ? html`<a href="/console/audit?action=limit.reached">Limits reached</a>`
        : 'Limits reached',
      `today; ${formatNumber(all(limits))} in 30 days`,
      formatNumber(today(limits)),
    )}${chain && row('Audit entries', 'not sealed yet; at most two seconds behind', formatNumber(chain.unsealed))}</ul>`,
    state,
  );
};
