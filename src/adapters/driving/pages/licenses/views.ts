import {
  givesFiles,
  isOverLimit,
  type LicenseView,
  type OwnedLicenseView,
  takesMachines,
} from '../../../../application/license/license-view.ts';
import type { UsersById } from '../../../../application/user/list-users.ts';
import type { ExpiryNotice } from '../../../../domain/license/expiry-notice.ts';
import { DAY_MS, Instant } from '../../../../domain/shared/instant.ts';
import type { ActivationView } from '../../../../ports/license-queries.ts';
import type { TimedEvent } from '../common/audit-words.ts';
import {
  block,
  type Column,
  copyButton,
  danger,
  empty,
  facts,
  noItems,
  note,
  pageHead,
  pager,
  table,
  tabs,
  tags,
  timeline,
} from '../common/components.ts';
import { buttonForm, type FormState, hiddenFields, shownIn, withoutShown, withShown } from '../common/form.ts';
import { counted, date, formatDate, time, timeOrNever } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import {
  FREE_COLUMN,
  freeButton,
  hiddenKey,
  keyEnd,
  licensePath,
  licenseTable,
  machineCell,
  productName,
  STATUS_WORDS,
  seats,
  shownKey,
  statusBadge,
} from '../common/license-parts.ts';
import type { PageRequest } from '../common/page-request.ts';
import { fileForm, issueForm, renewForm, revokeForm, termsForm } from './forms.ts';

type Owner = ReturnType<UsersById['get']>;

/** The filters of the list, as in the address. */
export type LicenseFilter = Readonly<{
  status: LicenseView['status'] | undefined;
  product: string | undefined;
  expiresBefore: string | undefined;
}>;

type LicenseList = Readonly<{
  licenses: readonly OwnedLicenseView[];
  filter: LicenseFilter;
  /** The day of the filter is none, so nothing was looked for. */
  isDayWrong: boolean;
  nextUrl: string | undefined;
  search: FormState | undefined;
}>;

const LIST = { href: '/console/licenses', label: 'Licenses' };

export const licensesPage = (page: PageRequest, shown: LicenseList): Html => {
  const { licenses, filter, isDayWrong, nextUrl, search } = shown;
  const addressOf = (path: string, changed: Partial<LicenseFilter> = {}) => {
    const { status, product, expiresBefore } = { ...filter, ...changed };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ status, product, expires_before: expiresBefore })) {
      if (value !== undefined) query.set(name, value);
    }
    return query.size === 0 ? path : `${path}?${query}`;
  };
  const actions = html`${page.can('exports:read') && html`<a class="button" href="${addressOf('/console/licenses.csv')}">Export CSV</a>`}${page.can('licenses:write') && html`<a class="button primary" href="/console/licenses/new">Issue license</a>`}`;
  const all = {
    href: addressOf(LIST.href, { status: undefined }),
    label: 'All',
    isCurrent: filter.status === undefined,
  };
  const byStatus = (Object.keys(STATUS_WORDS) as LicenseView['status'][]).map((status) => ({
    href: addressOf(LIST.href, { status }),
    label: STATUS_WORDS[status],
    isCurrent: filter.status === status,
  }));
  const list =
    licenses.length === 0
      ? noItems(isDayWrong ? undefined : page.firstUrl(), noLicenses(page, filter, isDayWrong))
      : html`${licenseTable(page, 'Licenses', licenses)}${pager(`${counted(licenses.length, 'license')} on this page`, nextUrl)}`;
  return consolePage(
    page,
    'Licenses',
    html`${pageHead({ title: 'Licenses', actions })}${tabs('By status', [all, ...byStatus])}${search && keyError(page, search)}<div class="filters">${keySearchForm(page, search)}${filterForm(filter, isDayWrong)}</div>${list}`,
  );
};

const keyError = (page: PageRequest, { errors, general }: FormState): Html => {
  page.rejection = undefined;
  return html`<div role="alert" id="license_key-e">${note('bad', 'No license was found.', [...general, ...Object.values(errors).flat()].join(' '))}</div>`;
};

const keySearchForm = (page: PageRequest, search: FormState | undefined): Html =>
  html`<form class="find" method="post" action="/console/licenses" role="search">${hiddenFields(page)}<label class="hide" for="license_key">License key</label><input id="license_key" name="license_key" class="mono" type="search" placeholder="License key" value="${search?.values.license_key}"${search && html` aria-invalid="true" aria-describedby="license_key-e"`} autocomplete="off" spellcheck="false" maxlength="128"><button>Find</button></form>`;

const filterForm = ({ status, product, expiresBefore }: LicenseFilter, isDayWrong: boolean): Html =>
  html`<form class="filters push" action="/console/licenses">${status && html`<input type="hidden" name="status" value="${status}">`}<div><label for="product">Product</label><input id="product" name="product" value="${product}" placeholder="Any" autocomplete="off" maxlength="100"></div><div><label for="expires_before">Ends before</label>${isDayWrong && html`<p class="error" id="expires_before-e">Ends before must be a day such as 2027-01-31, from 1970 to 9998.</p>`}<input id="expires_before" name="expires_before" type="date" value="${expiresBefore}"${isDayWrong && html` aria-invalid="true" aria-describedby="expires_before-e"`}></div><button>Filter</button></form>`;

const noLicenses = (page: PageRequest, { status, product, expiresBefore }: LicenseFilter, isDayWrong: boolean): Html =>
  status === undefined && product === undefined && expiresBefore === undefined
    ? empty(
        'No licenses yet',
        'A license gives a customer the right to run your application on a number of machines. Issue one here, or let your shop do it by the API.',
        page.can('licenses:write') && html`<a class="button" href="/console/licenses/new">Issue a license</a>`,
      )
    : empty(
        isDayWrong ? 'Nothing was looked for' : 'No license is like this',
        isDayWrong ? 'Correct the field marked above.' : 'Nothing matches these filters.',
        html`<a class="button" href="/console/licenses">Show all licenses</a>`,
      );

export const issuePage = (page: PageRequest, email: string | undefined, state: FormState | undefined): Html => {
  const options = { state, values: { email: email ?? page.query('email'), grace_days: '0' } };
  const field = (name: Parameters<typeof issueForm.field>[0]) => issueForm.field(name, options);
  return consolePage(
    page,
    'Issue license',
    html`${pageHead({ title: 'Issue license', lead: 'The license is valid at once, or from the day on that you say.', parent: LIST })}
${issueForm.open(page, options)}${field('email')}${field('product')}
<div class="pair">${field('days')}${field('expires_at')}${field('starts_at')}${field('grace_days')}${field('max_activations')}</div>${field('entitlements')}${field('notify')}
<div class="actions"><button class="primary">Issue license</button><a class="button" href="${LIST.href}">Cancel</a></div></form>`,
  );
};

const titleOf = (owner: Owner): string => owner?.name ?? owner?.email ?? 'Deleted account';

const subPage = (page: PageRequest, license: LicenseView, owner: Owner, title: string, lead: Html, form: Html): Html =>
  consolePage(
    page,
    title,
    html`${pageHead({ title, lead, parent: { href: licensePath(license.id), label: `${titleOf(owner)}, …${keyEnd(license.key)}` } })}${form}`,
  );

export const renewPage = (page: PageRequest, license: LicenseView, owner: Owner, state?: FormState): Html => {
  const { id, status, expiresAt } = license;
  const path = licensePath(id);
  const effect =
    status === 'suspended'
      ? 'It stays suspended until you reinstate it.'
      : 'Machines in the field go on without a new key.';
  const lead =
    expiresAt === null
      ? html`This license has no end and needs no renewal.`
      : html`The present end is ${date(expiresAt)}. ${effect}`;
  const values = withShown({ days: '365', present_end: expiresAt ?? '' });
  const options = { state: state && withEnd(state, expiresAt), action: `${path}/renew`, values, cancel: path };
  return subPage(page, license, owner, 'Renew license', lead, renewForm.render(page, options));
};

/** The form again, which is now about the present end. */
const withEnd = (state: FormState, expiresAt: LicenseView['expiresAt']): FormState => {
  if (shownIn(state.values.shown, 'present_end') === (expiresAt ?? '')) return state;
  const end = expiresAt === null ? 'It has no end now.' : `Its present end is ${formatDate(expiresAt)}.`;
  return withoutShown({ ...state, general: [[...state.general, end].join(' ')] });
};

export const termsPage = (page: PageRequest, license: LicenseView, owner: Owner, state?: FormState): Html => {
  const { id, product, status, startsAt, expiresAt, graceDays, maxActivations, entitlements } = license;
  const path = licensePath(id);
  const values = withShown({
    product: product ?? '',
    // The others have begun already.
    starts_at: status === 'scheduled' ? Instant.formatDay(startsAt) : '',
    expires_at: expiresAt === null ? '' : Instant.formatDay(expiresAt),
    grace_days: String(graceDays),
    max_activations: maxActivations === null ? '' : String(maxActivations),
    entitlements: entitlements.join(' '),
  });
  const options = { state, action: `${path}/terms`, values };
  // Also where the license has begun since the form was first shown.
  const hasStart = shownIn(state?.values.shown ?? values.shown, 'starts_at') !== '';
  const field = (name: Parameters<typeof termsForm.field>[0]) => termsForm.field(name, options);
  const form = html`${termsForm.open(page, options)}${field('shown')}${field('product')}
<div class="pair">${hasStart && field('starts_at')}${field('expires_at')}${field('grace_days')}${field('max_activations')}</div>${field('entitlements')}
<div class="actions"><button class="primary">Change terms</button><a class="button" href="${path}">Cancel</a></div></form>`;
  const lead = html`Machines in the field see the new terms at their next validation. License files keep the old ones to their end.`;
  return subPage(page, license, owner, 'Change terms', lead, form);
};

type LicensePage = Readonly<{
  license: LicenseView;
  owner: Owner;
  machines: readonly ActivationView[];
  nextUrl: string | undefined;
  events: readonly TimedEvent[] | undefined;
  notices: readonly ExpiryNotice[];
  /** Only where it was asked for. */
  key?: string;
  revoke?: FormState;
  file?: FormState;
}>;

export const licensePage = (page: PageRequest, shown: LicensePage): Html => {
  const { license, owner } = shown;
  const { id, product, issuedAt, status, expiresAt, ownerBanned } = license;
  const mayWrite = page.can('licenses:write') && status !== 'revoked';
  const actions =
    mayWrite &&
    html`<a class="button" href="/console/licenses/${id}/terms">Change terms</a>${expiresAt !== null && !ownerBanned && html`<a class="button primary" href="/console/licenses/${id}/renew">Renew</a>`}`;
  const lead = html`${product ?? 'No product'}, issued ${date(issuedAt)}`;
  return consolePage(
    page,
    `License of ${titleOf(owner)}`,
    html`${pageHead({ title: titleOf(owner), lead, parent: LIST, actions })}${stateNote(page, license)}
<div class="lead-side"><div>${keyBlock(page, shown, mayWrite)}${termsBlock(page, shown)}${machinesBlock(page, shown)}</div><div>${historyBlock(page, shown)}${mayWrite && givesFiles(license) && fileBlock(page, shown)}</div></div>
${mayWrite && dangerBlock(page, shown)}`,
  );
};

const stateNote = ({ now }: PageRequest, license: LicenseView): Html | false => {
  const { status, ownerBanned, expiresAt, startsAt, graceDays } = license;
  if (status === 'revoked')
    return note('bad', 'Revoked.', html`Validations answer <code>REVOKED</code>. This is final.`);
  if (ownerBanned)
    return note(
      'bad',
      'The owner is banned.',
      html`Validations answer <code>BANNED</code> until the account is unbanned.`,
    );
  if (status === 'suspended')
    return note(
      'warn',
      'Suspended.',
      html`Validations answer <code>SUSPENDED</code> until you reinstate the license. Seats stay.`,
    );
  if (status === 'scheduled') return note('plain', 'Scheduled.', html`The license begins ${time(startsAt, now)}.`);
  if (isOverLimit(license) && status !== 'expired')
    return note(
      'warn',
      'Too many machines.',
      html`Validations answer <code>TOO_MANY_ACTIVATIONS</code> until enough seats are freed, or the terms allow more.`,
    );
  if (expiresAt === null) return false;
  const grace =
    graceDays > 0 && html` ${counted(graceDays, 'day')} of grace ${graceDays === 1 ? 'follows' : 'follow'}.`;
  if (status === 'in_grace')
    return note(
      'warn',
      'In grace.',
      html`The license ended ${time(expiresAt, now)}; it runs on for ${counted(graceDays, 'day')} from then.`,
    );
  if (status === 'expired')
    return note(
      'warn',
      'Expired.',
      html`The license ended ${time(expiresAt, now)}. Validations answer <code>EXPIRED</code>.`,
    );
  const isNear = Date.parse(expiresAt) - Date.parse(now) < 30 * DAY_MS;
  return isNear && note('warn', 'Ends soon.', html`The license ends ${time(expiresAt, now)}.${grace}`);
};

const keyBlock = (page: PageRequest, { license, key }: LicensePage, mayWrite: boolean): Html => {
  const path = licensePath(license.id);
  const content =
    key === undefined
      ? html`${hiddenKey(license.key)}<div class="actions">${mayWrite && !license.ownerBanned && buttonForm(page, `${path}/mail`, 'Email key')}${buttonForm(page, `${path}/key`, 'Show key')}</div>`
      : html`${shownKey(key)}${copyButton('license-key')}`;
  return html`<section aria-labelledby="key"><div class="sheet key">${content}</div><p class="hint">${key === undefined ? 'Showing the key is written to the audit log, and so is an email with it.' : 'This was written to the audit log. The key is gone when you leave the page.'}</p></section>`;
};

const termsBlock = ({ now }: PageRequest, { license, owner }: LicensePage): Html => {
  const { id, userId, product, startsAt, expiresAt, graceDays, entitlements, metadata, lastValidatedAt } = license;
  const grace = graceDays > 0 && html`, then ${counted(graceDays, 'day')} of grace`;
  const runs =
    expiresAt === null
      ? html`from ${date(startsAt)}, without an end`
      : html`${date(startsAt)} to ${date(expiresAt)}${grace}`;
  return block(
    'terms',
    'Terms',
    facts([
      ['Status', statusBadge(license)],
      [
        'Customer',
        owner === undefined ? 'Deleted account' : html`<a href="/console/accounts/${userId}">${owner.email}</a>`,
      ],
      ['Product', productName(product)],
      ['Runs', license.status === 'revoked' ? html`no longer; the term was ${runs}` : runs],
      ['Includes', entitlements.length > 0 && tags(entitlements)],
      ['Last validated', timeOrNever(lastValidatedAt, now)],
      ['Metadata', Object.keys(metadata).length > 0 && html`<code>${JSON.stringify(metadata)}</code>`],
      ['Id', html`<code>${id}</code>`],
    ]),
  );
};

const MACHINES: readonly Column[] = [{ label: 'Machine' }, { label: 'Last seen', isNumber: true, phoneLabel: 'Seen' }];
const FREEABLE_MACHINES: readonly Column[] = [...MACHINES, FREE_COLUMN];

const machinesBlock = (page: PageRequest, { license, machines, nextUrl }: LicensePage): Html => {
  const mayFree = page.can('licenses:write');
  const rows = machines.map((machine) => [
    machineCell(machine),
    // A machine is first seen when it is activated.
    time(machine.lastSeenAt ?? machine.activatedAt, page.now),
    mayFree && freeButton(page, `${licensePath(license.id)}/machines/free${page.listQuery}`, machine),
  ]);
  const none = html`<p class="muted roomy">No machine holds a seat.${takesMachines(license) && ' The application takes one when it activates its machine.'}</p>`;
  const content =
    machines.length === 0
      ? noItems(page.firstUrl(), none)
      : html`${table('Machines that hold a seat', mayFree ? FREEABLE_MACHINES : MACHINES, rows)}${nextUrl && pager(`${counted(machines.length, 'machine')} on this page`, nextUrl)}`;
  return block('machines', 'Seats', content, html`<span class="num">${seats(license)}</span>`);
};

const historyBlock = ({ now }: PageRequest, { license, events = [], notices }: LicensePage): Html | false => {
  const { id, lastValidatedAt } = license;
  const validated =
    lastValidatedAt === null
      ? []
      : [
          {
            at: lastValidatedAt,
            what: 'Validated',
            whoAndWhen: html`the application · ${time(lastValidatedAt, now)}`,
            kind: 'good' as const,
          },
        ];
  const notified = notices.map(({ queuedAt: at, expiresAt }) => ({
    at,
    what: html`Email to the owner: the license ends ${date(expiresAt)}`,
    whoAndWhen: html`system, worker · ${time(at, now)}`,
    kind: undefined,
  }));
  const shown = [...validated, ...notified, ...events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    shown.length > 0 &&
    block(
      'history',
      'History',
      timeline(shown),
      events.length > 0 && html`<a href="/console/audit?subject=${id}">Audit log</a>`,
    )
  );
};

const fileBlock = (page: PageRequest, { license, machines, nextUrl, file }: LicensePage): Html => {
  // Where seats are counted, a file names its machine.
  const isForAny = license.maxActivations === null;
  if (!isForAny && machines.length === 0) {
    const none = html`<p class="muted">A file is for a machine that holds a seat, and none does.</p>`;
    return block('offline', 'Offline file', html`<div class="roomy">${noItems(page.firstUrl(), none)}</div>`);
  }
  const options = { state: file, action: `${licensePath(license.id)}/file` };
  const chosen = file?.values.fingerprint;
  // The form may have been on another part of the list than the page that shows it again.
  const isElsewhere = nextUrl !== undefined && chosen && machines.every(({ fingerprint }) => fingerprint !== chosen);
  const choices = [...(isElsewhere ? [{ fingerprint: chosen, name: null }] : []), ...machines].map(
    ({ fingerprint, name }) =>
      html`<option value="${fingerprint}"${fingerprint === chosen && html` selected`}>${name === null ? fingerprint : `${name} (${endOf(fingerprint)})`}</option>`,
  );
  const machine = html`<div class="field"><label for="file-fingerprint">Machine</label><select id="file-fingerprint" name="fingerprint">${isForAny && html`<option value="">Any machine</option>`}${choices}</select></div>`;
  const form = html`${fileForm.open(page, options)}<p class="muted small">Signed, for machines without a connection.</p>${machine}${fileForm.field('days', options)}<div class="actions"><button>Download file</button></div></form>`;
  return block('offline', 'Offline file', html`<div class="roomy">${form}</div>`);
};

const FINGERPRINT_END = 8;

/** Distinguishes machines of one name. */
const endOf = (fingerprint: string): string =>
  fingerprint.length > FINGERPRINT_END ? `…${fingerprint.slice(-FINGERPRINT_END)}` : fingerprint;

const dangerBlock = (page: PageRequest, { license, revoke }: LicensePage): Html => {
  const { id, status, ownerBanned, key } = license;
  const path = licensePath(id);
  const pause =
    status === 'suspended'
      ? {
          title: 'Reinstate',
          text: 'Validations answer as before the suspension.',
          button: 'Reinstate',
          form: buttonForm(page, `${path}/reinstate`, 'Reinstate license'),
        }
      : {
          title: 'Suspend',
          text: ownerBanned
            ? 'It stays suspended after the owner is unbanned, until you reinstate it. Seats stay.'
            : html`Validations answer <code>SUSPENDED</code> until you reinstate it. Seats stay.`,
          button: 'Suspend',
          form: buttonForm(page, `${path}/suspend`, 'Suspend license'),
        };
  const end = {
    title: 'Revoke permanently',
    text: 'This cannot be undone. License files on machines run to their end.',
    button: 'Revoke',
    form: revokeForm.render(page, { state: revoke, action: `${path}/revoke` }),
    isOpen: revoke !== undefined,
  };
  const mayRevoke = page.can('licenses:revoke');
  return block(
    'danger',
    'Danger zone',
    danger(mayRevoke ? [pause, end] : [pause]),
    mayRevoke && html`Key ends in <code>${keyEnd(key)}</code>`,
  );
};
