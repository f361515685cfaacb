import type { PairCheckSnapshot } from '../../../../domain/developer-pair/pair-check.ts';
import {
  badge,
  block,
  type Column,
  empty,
  noItems,
  pageHead,
  pager,
  rowLink,
  table,
  tags,
} from '../common/components.ts';
import { buttonForm } from '../common/form.ts';
import { counted, date, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';

type Developers = readonly [string, string];

export const pairPath = ([a, b]: Developers): string =>
  `/console/pairs/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;

type PairList = Readonly<{
  checks: readonly PairCheckSnapshot[];
  nextUrl: string | undefined;
  a: string | undefined;
  b: string | undefined;
}>;

const FOUND_AND_WHEN = [{ label: 'Found' }, { label: 'When', isNumber: true, onPhone: 'right' }] as const;
const CHECKS: readonly Column[] = [{ label: 'Pair' }, { label: 'Result', onPhone: 'right' }, ...FOUND_AND_WHEN];
const CHECKS_OF_PAIR: readonly Column[] = [{ label: 'Result' }, ...FOUND_AND_WHEN];

export const pairsPage = (page: PageRequest, { checks, nextUrl, a, b }: PairList): Html => {
  const rows = checks.map(({ first, second, at, connection }) => [
    rowLink(pairPath([first, second]), `${first} and ${second}`),
    resultBadge(connection),
    foundIn(connection),
    time(at, page.now),
  ]);
  const none = empty(
    'No pair was checked yet',
    'Two developers are connected while they follow each other and share a GitHub organisation. Enter two names to check them.',
  );
  const list =
    checks.length === 0
      ? noItems(page.firstUrl(), none)
      : block(
          'checks',
          'Latest checks',
          html`${table('Latest checks of all pairs, newest first', CHECKS, rows)}${pager(`${counted(checks.length, 'check')} on this page, newest first`, nextUrl)}`,
        );
  const actions = page.can('exports:read') && html`<a class="button" href="/console/pairs.csv">Export CSV</a>`;
  return consolePage(
    page,
    'Pairs',
    html`${pageHead({ title: 'Pairs', lead: 'Who works with whom, by what Twitter and GitHub say.', actions })}${pairForm(a, b)}${list}`,
  );
};

const pairForm = (a?: string, b?: string): Html =>
  html`<form class="filters" action="/console/pairs"><div><label for="a">One developer</label><input id="a" name="a" value="${a}" required maxlength="300" autocomplete="off" autocapitalize="none" spellcheck="false"></div><div><label for="b">The other</label><input id="b" name="b" value="${b}" required maxlength="300" autocomplete="off" autocapitalize="none" spellcheck="false"></div><button>Show pair</button></form>`;

type Pair = Readonly<{
  developers: Developers;
  checks: readonly PairCheckSnapshot[];
  nextUrl: string | undefined;
}>;

export const pairPage = async (page: PageRequest, { developers, checks, nextUrl }: Pair): Promise<Html> => {
  const [a, b] = developers;
  const title = `${a} and ${b}`;
  const [latest] = checks;
  const isFirstPage = page.query('cursor') === undefined;
  const lead = isFirstPage && latest && html`${resultBadge(latest.connection)} ${since(checks, nextUrl)}`;
  const actions = buttonForm(page, pairPath(developers), 'Check now', { class: 'primary' });
  const none = empty(
    'This pair was never checked',
    'A check asks Twitter and GitHub, takes a few seconds, and is kept.',
  );
  const content =
    checks.length === 0
      ? noItems(page.firstUrl(), none)
      : html`${await history(page, checks)}${checksBlock(page, checks, nextUrl)}`;
  const head = pageHead({ title, lead, parent: { href: '/console/pairs', label: 'Pairs' }, actions });
  return consolePage(page, title, html`${head}${pairForm(a, b)}${content}`);
};

/** Since when all checks have the result of the latest one, as far as this page shows. */
const since = (checks: readonly PairCheckSnapshot[], nextUrl: string | undefined): Html => {
  const end = checks.findIndex(({ connection }) => connection.connected !== checks[0]?.connection.connected);
  const oldest = checks.at(end === -1 ? -1 : end - 1);
  return html`since ${oldest && date(oldest.at)}${end === -1 && nextUrl !== undefined && ' or earlier'}`;
};

/** perf: its packages take 22 ms of a start. An import that is asked for again takes 4 % of a page. */
let charts: Promise<typeof import('../common/charts.ts')> | undefined;

const history = async (page: PageRequest, checks: readonly PairCheckSnapshot[]): Promise<Html> => {
  charts ??= import('../common/charts.ts');
  const { stepChart } = await charts;
  const steps = checks.toReversed().map(({ at, connection }) => ({
    at,
    isOn: connection.connected,
    label: connection.connected ? `connected through ${connection.organisations.join(', ')}` : 'not connected',
  }));
  const isNow = page.query('cursor') === undefined;
  const state = checks[0]?.connection.connected ? 'connected' : 'not connected';
  const chart = stepChart({
    id: 'history-chart',
    title: `Connected or not, by check. ${isNow ? 'Now' : 'At the end'} ${state}. The checks are in the table below.`,
    steps,
    until: isNow ? page.now : (steps.at(-1)?.at ?? page.now),
    on: 'Connected',
    off: 'Not connected',
  });
  return block(
    'history',
    'History',
    chart,
    `${counted(checks.length, 'check')}, a dot for each; days are those of UTC`,
  );
};

const checksBlock = (page: PageRequest, checks: readonly PairCheckSnapshot[], nextUrl: string | undefined): Html => {
  const rows = checks.map(({ at, connection }) => [resultBadge(connection), foundIn(connection), time(at, page.now)]);
  return block(
    'checks',
    'Checks',
    html`${table('Checks of this pair, newest first', CHECKS_OF_PAIR, rows)}${pager(`${counted(checks.length, 'check')} on this page, newest first`, nextUrl)}`,
  );
};

type Connection = PairCheckSnapshot['connection'];

const resultBadge = ({ connected }: Connection): Html => (connected ? CONNECTED : NOT_CONNECTED);

const [CONNECTED, NOT_CONNECTED] = [badge('good', 'Connected'), badge('plain', 'Not connected', 'hollow')];

/** The organisations in common, or what the pair lacks. */
const foundIn = (connection: Connection): Html =>
  connection.connected
    ? tags(connection.organisations)
    : html`<span class="muted">${MISSING[connection.missing.join(' ')] ?? MISSING['']}</span>`;

const MISSING: Readonly<Record<string, string>> = {
  '': 'No organisation in common, or they do not follow each other',
  follows: 'They do not follow each other',
  organisation: 'No organisation in common',
  'follows organisation': 'No organisation in common, and they do not follow each other',
};
