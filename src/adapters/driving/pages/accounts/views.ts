import type { SessionView } from '../../../../application/user/list-sessions.ts';
import type { VersionedUserView } from '../../../../application/user/user-view.ts';
import type { UserView } from '../../../../ports/user-queries.ts';
import { block, empty, facts, pageHead, pager, rowLink, searchForm, table } from '../common/components.ts';
import { type FormState, hiddenFields } from '../common/form.ts';
import { counted, date, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { nameForm } from './forms.ts';

type AccountList = Readonly<{ users: readonly UserView[]; search: string | undefined; nextUrl: string | undefined }>;

export const accountsPage = (page: PageRequest, { users, search, nextUrl }: AccountList): Html => {
  const find = searchForm({ action: '/console/accounts', name: 'q', label: 'E-mail address', value: search });
  return consolePage(
    page,
    'Accounts',
    html`${pageHead({ title: 'Accounts' })}<div class="filters">${find}</div>${users.length === 0 ? noAccounts(search) : list(page, users, nextUrl)}`,
  );
};

const list = ({ now }: PageRequest, users: readonly UserView[], nextUrl: string | undefined): Html => {
  const columns = [{ label: 'Account' }, { label: 'Since', isNumber: true, onPhone: 'right' }] as const;
  const rows = users.map(({ id, email, name, createdAt }) => [
    rowLink(`/console/accounts/${id}`, name ?? email, name !== null && email),
    time(createdAt, now),
  ]);
  return html`${table('Accounts, oldest first', columns, rows)}${pager(`${counted(users.length, 'account')} on this page, oldest first`, nextUrl)}`;
};

const noAccounts = (search: string | undefined): Html =>
  search === undefined
    ? empty('No accounts yet', 'People who register appear here, and those that your shop creates by the API.')
    : empty(
        'No account has this address',
        html`Nothing was found for <strong>${search}</strong>. Addresses are compared as a whole, without regard to case.`,
        html`<a class="button" href="/console/accounts">Show all accounts</a>`,
      );

type Account = Readonly<{ user: VersionedUserView; sessions: readonly SessionView[]; rename?: FormState }>;

export const accountPage = (page: PageRequest, { user, sessions, rename }: Account): Html => {
  const { id, email, name, age, createdAt } = user;
  const title = name ?? email;
  const details = facts([
    ['Address', email],
    ['Name', name],
    ['Age', age],
    ['Since', date(createdAt)],
    ['Id', html`<code>${id}</code>`],
  ]);
  const editor =
    page.can('users:write') &&
    block(
      'rename',
      'Name',
      html`<div class="roomy">${nameForm.render(page, { state: rename, action: `/console/accounts/${id}/name`, values: { name: name ?? '' } })}</div>`,
    );
  return consolePage(
    page,
    title,
    html`${pageHead({ title, lead: name !== null && email, parent: { href: '/console/accounts', label: 'Accounts' } })}
<div class="lead-side"><div>${block('details', 'Account', details)}${sessionsOf(page, id, sessions)}</div><div>${editor}</div></div>`,
  );
};

const sessionsOf = (page: PageRequest, userId: string, sessions: readonly SessionView[]): Html => {
  const mayEnd = page.can('users:write');
  const columns = [
    { label: 'Device' },
    { label: 'Last seen', isNumber: true, phoneLabel: 'Seen' },
    ...(mayEnd ? [{ label: 'End the session', isNumber: true, isLabelHidden: true } as const] : []),
  ] as const;
  const rows = sessions.map(({ id, ip, userAgent, lastSeenAt }) => [
    html`${userAgent === '' ? 'Unknown' : userAgent}<small class="mono">${ip}</small>`,
    time(lastSeenAt, page.now),
    mayEnd &&
      html`<form method="post" action="/console/accounts/${userId}/sessions/${id}/end">${hiddenFields(page)}<button aria-label="End the session of ${userAgent}, ${ip}">End</button></form>`,
  ]);
  const content =
    sessions.length === 0
      ? html`<p class="muted roomy">Not logged in anywhere.</p>`
      : table('Sessions, oldest first', columns, rows);
  return block('sessions', 'Sessions', content, counted(sessions.length, 'session'));
};
