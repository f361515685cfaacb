import { ROLES } from '../../../../domain/access/scope.ts';
import type { StaffView } from '../../../../ports/user-queries.ts';
import { badge, block, danger, facts, pageHead, rowLink, table, tags } from '../common/components.ts';
import { type FormState, withoutShown, withShown } from '../common/form.ts';
import { counted, date, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { addForm, removeForm, roleForm } from './forms.ts';

const COLUMNS = [
  { label: 'Person' },
  { label: 'Role', onPhone: 'right' },
  { label: 'Second factor', phoneLabel: 'Second factor' },
  { label: 'Since', isNumber: true, phoneLabel: 'Since' },
] as const;

export const staffPage = (
  page: PageRequest,
  { staff, add }: Readonly<{ staff: readonly StaffView[]; add?: FormState }>,
): Html => {
  const rows = staff.map(({ id, email, role, since, isSample, hasSecondFactor }) => [
    rowLink(
      `/console/staff/${id}`,
      email,
      [id === page.caller.userId && 'you', isSample && 'sample administrator'].filter(Boolean).join(', ') || undefined,
    ),
    roleBadge(role),
    hasSecondFactor ? 'on' : 'off',
    time(since, page.now),
  ]);
  const lead = 'People who may open the console. A change holds from their next request on.';
  return consolePage(
    page,
    'Staff',
    html`${pageHead({ title: 'Staff', lead, actions: html`<a class="button" href="#new">Add person</a>` })}
${table('People with a role, oldest account first', COLUMNS, rows)}<p class="hint">${counted(staff.length, 'person', 'people')}</p>
<div class="two">${block('new', 'Add person', html`<div class="roomy">${addForm.render(page, { state: add, values: { role: 'support' } })}</div>`)}${block('roles', 'What a role may do', roleFacts)}</div>`,
  );
};

type Person = Readonly<{ person: StaffView; role?: FormState; remove?: FormState }>;

export const personPage = (page: PageRequest, { person, role, remove }: Person): Html => {
  const { id, email, role: present, since, hasSecondFactor } = person;
  const path = `/console/staff/${id}`;
  const details = facts([
    ['Role', roleBadge(present)],
    ['Since', date(since)],
    ['Second factor', hasSecondFactor ? 'on' : 'off'],
    ['Account', html`<a href="/console/accounts/${id}">${email}</a>`],
    ['May', tags(ROLES[present])],
  ]);
  const removal = danger([
    {
      title: 'Remove role',
      text: 'The account stays, and can no longer open the console.',
      button: 'Remove role',
      form: removeForm.render(page, { state: remove, action: `${path}/remove` }),
      ...(remove && { isOpen: true }),
    },
  ]);
  return consolePage(
    page,
    email,
    html`${pageHead({ title: email, parent: { href: '/console/staff', label: 'Staff' }, ...(id === page.caller.userId && { lead: 'This is you.' }) })}
<div class="lead-side"><div>${block('person', 'Person', details)}${block('removal', 'Removal', removal)}</div><div>${block('change', 'Role', html`<div class="roomy">${roleForm.render(page, { state: role && withoutShown(role), action: `${path}/role`, values: withShown({ role: present }) })}</div>`)}</div></div>`,
  );
};

const roleBadge = (role: StaffView['role']): Html => badge(role === 'admin' ? 'good' : 'plain', role);

const roleFacts = facts(
  Object.entries(ROLES).map(([name, scopes]) => [name, name === 'admin' ? 'everything' : tags(scopes)] as const),
);
