import type { LicenseView } from '../../../../application/license/license-view.ts';
import type { SessionView } from '../../../../application/user/list-sessions.ts';
import type { ReadUserView } from '../../../../application/user/read-user.ts';
import type { UserRecordView } from '../../../../ports/user-queries.ts';
import type { TimedEvent } from '../common/audit-words.ts';
import {
  badge,
  block,
  type Column,
  danger,
  empty,
  facts,
  noItems,
  note,
  pageHead,
  pager,
  rowLink,
  searchForm,
  table,
  timeline,
} from '../common/components.ts';
import { buttonForm, type FormState } from '../common/form.ts';
import { counted, date, time } from '../common/format.ts';
import { type Html, html, type Part } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import { licensePath, licenseTableOfOwner } from '../common/license-parts.ts';
import type { PageRequest } from '../common/page-request.ts';
import { banForm, nameForm } from './forms.ts';

type AccountList = Readonly<{
  users: readonly UserRecordView[];
  search: string | undefined;
  nextUrl: string | undefined;
}>;

export const accountsPage = (page: PageRequest, { users, search, nextUrl }: AccountList): Html => {
  const find = searchForm({ action: '/console/accounts', name: 'q', label: 'Address or name', value: search });
  const query = search === undefined ? '' : `?${new URLSearchParams({ q: search })}`;
  const actions =
    page.can('exports:read') && html`<a class="button" href="/console/accounts.csv${query}">Export CSV</a>`;
  const content =
    users.length === 0 ? noItems(page.firstUrl(), noAccounts(search)) : list(page, users, search, nextUrl);
  return consolePage(
    page,
    'Accounts',
    html`${pageHead({ title: 'Accounts', actions })}<div class="filters">${find}</div>${content}`,
  );
};

const ACCOUNTS: readonly Column[] = [
  { label: 'Account' },
  { label: 'Status', onPhone: 'right' },
  { label: 'Second factor', onPhone: 'none' },
  { label: 'Since', isNumber: true, phoneLabel: 'Since' },
];

const list = (
  { now }: PageRequest,
  users: readonly UserRecordView[],
  search: string | undefined,
  nextUrl: string | undefined,
): Html => {
  const rows = users.map((user) => [
    rowLink(`/console/accounts/${user.id}`, user.name ?? user.email, user.name !== null && user.email),
    statusOf(user),
    secondFactorOf(user),
    time(user.createdAt, now),
  ]);
  const order = search === undefined ? 'oldest first' : 'by address and name';
  return html`${table(`Accounts, ${order}`, ACCOUNTS, rows)}${pager(`${counted(users.length, 'account')} on this page, ${order}`, nextUrl)}`;
};

const statusOf = ({ ban, emailConfirmedAt }: Pick<UserRecordView, 'ban' | 'emailConfirmedAt'>): Html => {
  if (ban !== null) return BANNED;
  return emailConfirmedAt === null ? UNCONFIRMED : ACTIVE;
};

const [BANNED, ACTIVE] = [badge('bad', 'Banned'), badge('good', 'Active')];
const UNCONFIRMED = badge('plain', 'Unconfirmed', 'hollow');

const secondFactorOf = ({ hasSecondFactor }: Pick<UserRecordView, 'hasSecondFactor'>): Part =>
  hasSecondFactor ? 'Authenticator' : html`<span class="muted">None</span>`;

const noAccounts = (search: string | undefined): Html =>
  search === undefined
    ? empty('No accounts yet', 'People who register appear here, and those that your shop creates by the API.')
    : empty(
        'No account is found',
        html`No address and no name begins with <strong>${search}</strong>. Enter the first letters of either; case does not matter.`,
        html`<a class="button" href="/console/accounts">Show all accounts</a>`,
      );

type Listed<Item> = Readonly<{ items: readonly Item[]; nextUrl: string | undefined }>;

type Account = Readonly<{
  user: ReadUserView;
  sessions: Listed<SessionView>;
  licenses: Listed<LicenseView> | undefined;
  events: readonly TimedEvent[] | undefined;
  rename?: FormState;
  ban?: FormState;
}>;

export const accountPage = (page: PageRequest, shown: Account): Html => {
  const { user, sessions, licenses, events, rename } = shown;
  const { id, email, name, age, ban, createdAt, emailConfirmedAt, pendingEmail } = user;
  const title = name ?? email;
  const confirmed =
    emailConfirmedAt === null
      ? html`<small>not confirmed</small>`
      : html`<small>confirmed ${date(emailConfirmedAt)}</small>`;
  const details = facts([
    ['Status', statusOf(user)],
    ['Address', html`${email} ${confirmed}`],
    ['New address', pendingEmail !== null && html`${pendingEmail} <small>waits for its confirmation</small>`],
    ['Second factor', secondFactorOf(user)],
    ['Name', name],
    ['Age', age],
    ['Since', date(createdAt)],
    ['Id', html`<code>${id}</code>`],
  ]);
  const mayWrite = page.can('users:write');
  const editor =
    mayWrite &&
    page.caller.hasStaffAccess(user) &&
    block(
      'rename',
      'Name',
      html`<div class="roomy">${nameForm.render(page, { state: rename, action: `/console/accounts/${id}/name`, values: { name: name ?? '' } })}</div>`,
    );
  const history =
    events !== undefined &&
    events.length > 0 &&
    block('history', 'History', timeline(events), html`<a href="/console/audit?subject=${id}">Audit log</a>`);
  const isBanned =
    ban !== null &&
    note(
      'bad',
      'Banned.',
      html`Since ${date(ban.at)}. ${ban.reason === null ? 'No reason was given.' : `Reason: ${ban.reason}`}`,
    );
  // A banned person cannot set a password. Anyone may ask for a reset, so it takes no access to staff.
  const actions = mayWrite && ban === null && buttonForm(page, `/console/accounts/${id}/reset`, 'Send password reset');
  return consolePage(
    page,
    title,
    html`${pageHead({ title, lead: name !== null && email, parent: { href: '/console/accounts', label: 'Accounts' }, actions })}${isBanned}
<div class="lead-side"><div>${block('details', 'Account', details)}${licenses && licensesOf(page, user, licenses)}${sessionsOf(page, user, sessions)}</div><div>${editor}${history}</div></div>
${dangerBlock(page, shown)}`,
  );
};

/** Below a list that is shown in parts. */
const partOf = (page: PageRequest, noun: 'license' | 'session', { items, nextUrl }: Listed<unknown>): Html | false =>
  (nextUrl !== undefined || page.query(`${noun}s`) !== undefined) &&
  pager(`${counted(items.length, noun)} on this page, oldest first`, nextUrl);

const licenseTable = licenseTableOfOwner(licensePath);

const licensesOf = (page: PageRequest, { id, ban }: ReadUserView, licenses: Listed<LicenseView>): Html => {
  const content =
    licenses.items.length === 0
      ? noItems(page.firstUrl('licenses'), html`<p class="muted roomy">No licenses.</p>`)
      : html`${licenseTable(page, 'Licenses of this account, oldest first', licenses.items)}${partOf(page, 'license', licenses)}`;
  const mayIssue = page.can('licenses:write') && ban === null;
  return block(
    'licenses',
    'Licenses',
    content,
    mayIssue && html`<a href="/console/licenses/new?owner=${id}">Issue license</a>`,
  );
};

const dangerBlock = (page: PageRequest, { user, ban: state }: Account): Html | false => {
  if (!page.caller.hasStaffAccess(user)) return false;
  const path = `/console/accounts/${user.id}`;
  const ban =
    user.ban === null
      ? {
          title: 'Ban',
          text: html`Ends all sessions. Validations of all licenses answer <code>BANNED</code> until you unban the account.`,
          button: 'Ban',
          form: banForm.render(page, { state, action: `${path}/ban` }),
          isOpen: state !== undefined,
        }
      : {
          title: 'Unban',
          text: 'Licenses are again what they were. Sessions stay ended.',
          button: 'Unban',
          form: buttonForm(page, `${path}/unban`, 'Unban account'),
        };
  const reset = {
    title: 'Reset the second factor',
    text: 'For a person who has lost it. Removes the password too and ends all sessions; an email leads to a new password.',
    button: 'Reset',
    form: buttonForm(page, `${path}/second-factor/reset`, 'Reset second factor', { class: 'final' }),
  };
  const mayReset = user.hasSecondFactor && page.can('users:credentials');
  const actions = [...(mayReset ? [reset] : []), ...(page.can('users:ban') ? [ban] : [])];
  return actions.length > 0 && block('danger', 'Danger zone', danger(actions));
};

const SESSIONS: readonly Column[] = [{ label: 'Device' }, { label: 'Last seen', isNumber: true, phoneLabel: 'Seen' }];
const ENDABLE_SESSIONS: readonly Column[] = [
  ...SESSIONS,
  { label: 'End the session', isNumber: true, isLabelHidden: true },
];

const sessionsOf = (page: PageRequest, user: ReadUserView, sessions: Listed<SessionView>): Html => {
  const mayEnd = page.can('users:write') && page.caller.hasStaffAccess(user);
  const rows = sessions.items.map(({ id, ip, userAgent, lastSeenAt }) => [
    html`${userAgent === '' ? 'Unknown' : userAgent}<small class="mono">${ip}</small>`,
    time(lastSeenAt, page.now),
    mayEnd &&
      buttonForm(page, `/console/accounts/${user.id}/sessions/${id}/end`, 'End', {
        'aria-label': `End the session of ${userAgent}, ${ip}`,
      }),
  ]);
  const part = partOf(page, 'session', sessions);
  const content =
    rows.length === 0
      ? noItems(page.firstUrl('sessions'), html`<p class="muted roomy">Not logged in anywhere.</p>`)
      : html`${table('Sessions, oldest first', mayEnd ? ENDABLE_SESSIONS : SESSIONS, rows)}${part}`;
  return block('sessions', 'Sessions', content, part === false && counted(rows.length, 'session'));
};
