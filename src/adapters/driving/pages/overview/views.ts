import { MANY_UNSEALED } from '../../../../application/audit/read-audit-log.ts';
import { MAX_QUEUED, type Overview, VALIDATION_CODES } from '../../../../application/statistics/read-overview.ts';
import type { ValidationCode } from '../../../../domain/license/license-validation.ts';
import { DAY_MS, Instant } from '../../../../domain/shared/instant.ts';
import type { DailyCount } from '../../../../ports/daily-counts.ts';
import type * as Charts from '../common/charts.ts';
import { badge, block, metrics, pageHead } from '../common/components.ts';
import { counted, formatNumber, time, timeOfDay } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';

type Name = DailyCount['name'];

/** The page around the drawn overview. */
export const overviewPage = (page: PageRequest, { at }: Overview, drawn: Html): Html => {
  const actions = html`<a class="button" href="/console/licenses">Find a license</a>${page.can('licenses:write') && html`<a class="button primary" href="/console/licenses/new">Issue license</a>`}`;
  const lead = html`Today so far and the last 30 days, as of ${timeOfDay(at)}. Days and times are those of UTC.`;
  return consolePage(page, 'Overview', html`${pageHead({ title: 'Overview', lead, actions })}\n${drawn}`);
};

/** All that is the same for everyone who gets this overview. */
export const drawOverview = (charts: typeof Charts, overview: Overview): Html =>
  html`${keyNumbers(overview)}${validations(charts, overview)}
<div class="two">${seats(charts, overview)}${logins(charts, overview)}${ends(overview)}${work(overview)}</div>`;

const countsOf = ({ days }: Overview) => {
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

const daysOf = ({ days }: Overview, series: readonly (readonly Name[])[]) =>
  days.map(({ day, counts }) => ({
    day,
    values: series.map((names) => names.reduce((all, name) => all + (counts[name] ?? 0), 0)),
  }));

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`);

const validations = (charts: typeof Charts, overview: Overview): Html => {
  const { columnChart, dayTable, legend } = charts;
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
  const title = `Validations of each day by code: ${counted(whole, 'validation')} in 30 days, ${share(all('validation.VALID'), whole)} VALID. The numbers are in the table below.`;
  return block(
    'validations',
    'Validations by code',
    html`<div class="lead-side">${columnChart({ id: 'validations-chart', title, series: labels, days })}${legend('Validations by code', rows, ['Code', 'Today', '30 days', 'Share'])}</div>${dayTable({ title: 'Validations day by day', series: labels, days })}`,
    '30 days, today so far',
  );
};

/** From the first measurement on. A day on which the service did not run is as the day before. */
const measuredSeats = ({ days }: Overview) => {
  let values: readonly number[] | undefined;
  return days.flatMap(({ day, counts }) => {
    const { 'seat.used': used, 'seat.sold': sold = 0 } = counts;
    if (used !== undefined) values = [used, sold];
    return values === undefined ? [] : [{ day, values }];
  });
};

const seats = (charts: typeof Charts, overview: Overview): Html => {
  const { lineChart, dayTable } = charts;
  const days = measuredSeats(overview);
  if (!days.some(({ values }) => values.some((value) => value > 0))) {
    const next = html`<p class="muted roomy">None yet. A license that you issue has as many as you sell with it.</p>`;
    return block('seats', 'Seats in use', next);
  }
  const [begin = 'none', end = 'none'] = [days[0], days.at(-1)].map((day) =>
    day?.values.map(formatNumber).join(' of '),
  );
  const title = `Seats in use and sold on each day: from ${begin} to ${end}`;
  const lines = [
    { label: 'In use', kind: 'trend' },
    { label: 'Sold', kind: 'limit' },
  ] as const;
  return block(
    'seats',
    'Seats in use',
    html`${lineChart({ id: 'seats-chart', title, lines, days })}${dayTable({ title: 'Seats day by day', series: ['In use', 'Sold'], days })}`,
    'dashed: sold',
  );
};

const logins = (charts: typeof Charts, overview: Overview): Html => {
  const { columnChart, dayTable, legend } = charts;
  const series = ['Log-ins', 'Failures'];
  const days = daysOf(overview, [['login.succeeded'], ['login.failed']]);
  const { today, all } = countsOf(overview);
  if (all('login.succeeded', 'login.failed') === 0) {
    const next = html`<p class="muted roomy">None in 30 days. Each log-in, and each that fails, is counted here.</p>`;
    return block('logins', 'Log-ins and failures', next);
  }
  const row = (label: string, name: Name) => ({ label, values: [formatNumber(today(name)), formatNumber(all(name))] });
  const rows = [row('Log-ins', 'login.succeeded'), row('Failures', 'login.failed')];
  const title = `Log-ins and failures on each day: ${counted(all('login.succeeded'), 'log-in')} and ${counted(all('login.failed'), 'failure')} in 30 days`;
  return block(
    'logins',
    'Log-ins and failures',
    html`${columnChart({ id: 'logins-chart', title, series, days })}${legend('Log-ins and failures', rows, ['Result', 'Today', '30 days'])}${dayTable({ title: 'Log-ins day by day', series, days })}`,
    '30 days, today so far',
  );
};

const ends = ({ at, ends: found, endsBefore }: Overview): Html => {
  const rows = found.map(
    ({ license: { id, product, maxActivations, expiresAt }, owner }) =>
      html`<li><div><a href="/console/licenses/${id}">${owner?.name ?? owner?.email ?? 'Deleted account'}</a><small>${product ?? 'no product'}${maxActivations !== null && ` · ${counted(maxActivations, 'seat')}`}</small></div><span>${expiresAt !== null && time(expiresAt, at)}</span></li>`,
  );
  return block(
    'ends',
    'Ending soon',
    rows.length === 0
      ? html`<p class="muted roomy">No license ends within 30 days.</p>`
      : html`<ul class="rows">${rows}</ul>`,
    html`<a href="/console/licenses?status=active&amp;expires_before=${Instant.formatDay(Instant.plusMs(endsBefore, DAY_MS))}">All within 30 days</a>`,
  );
};

const work = (overview: Overview): Html => {
  const { queuedEmails, unsealed, problems } = overview;
  const { today, all } = countsOf(overview);
  const limits = 'limit.reached';
  const isBehind = queuedEmails > MAX_QUEUED || (unsealed !== undefined && unsealed > MANY_UNSEALED);
  const state =
    problems.length > 0 ? badge('bad', 'Not usable') : isBehind ? badge('warn', 'Behind') : badge('good', 'All well');
  const row = (title: Html | string, text: string, value: Html | string) =>
    html`<li><div>${title}<small>${text}</small></div><span class="num">${value}</span></li>`;
  const emails = queuedEmails > MAX_QUEUED ? `over ${formatNumber(MAX_QUEUED)}` : formatNumber(queuedEmails);
  return block(
    'health',
    'Health',
    html`<ul class="rows">${row('Store', problems[0] ?? 'answers, and has all migrations', problems.length === 0 ? 'well' : 'not usable')}${row('Emails', 'queued', emails)}${row(
      unsealed !== undefined
        ? html`<a href="/console/audit?action=limit.reached">Limits reached</a>`
        : 'Limits reached',
      `today; ${formatNumber(all(limits))} in 30 days`,
      formatNumber(today(limits)),
    )}${unsealed !== undefined && row('Audit entries', 'not sealed yet; at most two seconds behind', formatNumber(unsealed))}</ul>`,
    state,
  );
};
