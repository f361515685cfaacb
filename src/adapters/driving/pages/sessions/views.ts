import type { SessionView } from '../../../../application/user/list-sessions.ts';
import { badge, noItems, pageHead, pager, table } from '../common/components.ts';
import { buttonForm } from '../common/form.ts';
import { counted, date, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { accountPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';

const COLUMNS = [
  { label: 'Device' },
  { label: 'Logged in', isNumber: true, onPhone: 'none' },
  { label: 'Last seen', isNumber: true, phoneLabel: 'Last seen' },
  { label: 'End the session', isNumber: true, isLabelHidden: true, onPhone: 'right' },
] as const;

/** @param sessions on its first part at least the one of this page */
export const sessionsPage = (
  page: PageRequest,
  sessions: readonly SessionView[],
  nextUrl: string | undefined,
): Html => {
  const hasOthers = nextUrl !== undefined || sessions.some(({ isCurrent }) => !isCurrent);
  const actions = hasOthers && buttonForm(page, '/account/sessions/others/end', 'End all others', { class: 'risky' });
  const lead = 'Where you are logged in. End what you do not know, and change your password.';
  const rows = sessions.map(({ id, ip, userAgent, createdAt, lastSeenAt, isCurrent }) => [
    html`${deviceOf(userAgent)}<small><span class="mono">${ip}</span></small>`,
    date(createdAt),
    time(lastSeenAt, page.now),
    isCurrent
      ? badge('good', 'This one')
      : buttonForm(page, `/account/sessions/${id}/end${page.listQuery}`, 'End', {
          'aria-label': `End the session on ${deviceOf(userAgent)}, ${ip}`,
        }),
  ]);
  const list = table('Sessions, oldest first', COLUMNS, rows);
  return accountPage(
    page,
    'Your sessions',
    html`${pageHead({ title: 'Your sessions', lead, actions })}${rows.length === 0 ? noItems(page.firstUrl(), list) : list}${nextUrl && pager(`${counted(sessions.length, 'session')} on this page`, nextUrl)}`,
  );
};

const BROWSERS = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** `Firefox on Windows` where the program says so, else as it says. */
const deviceOf = (userAgent: string): string => {
  const find = (names: readonly (readonly [name: string, pattern: RegExp])[]) =>
    names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser === undefined) return userAgent || 'Unknown device';
  return system === undefined ? browser : `${browser} on ${system}`;
};
