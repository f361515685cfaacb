import type { VersionedUserView } from '../../../../application/user/user-view.ts';
import { block, facts, pageHead } from '../common/components.ts';
import type { FormState } from '../common/form.ts';
import { date } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { accountPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { passwordForm } from './forms.ts';

export const ownAccountPage = (page: PageRequest, user: VersionedUserView, password?: FormState): Html => {
  const { email, name, createdAt } = user;
  const details = facts([
    ['Address', email],
    ['Name', name],
    ['Since', date(createdAt)],
  ]);
  return accountPage(
    page,
    'Your account',
    html`${pageHead({ title: 'Your account', lead: email })}
${block('details', 'Account', details)}
${block('password', 'Password', html`<div class="roomy">${passwordForm.render(page, { state: password })}</div>`)}`,
  );
};
