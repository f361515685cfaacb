import type { VersionedUserView } from '../../../../application/user/user-view.ts';
import { badge, block, danger, facts, note, pageHead } from '../common/components.ts';
import { buttonForm, type FormState } from '../common/form.ts';
import { date } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { accountPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { addressForm, deleteForm, passwordForm, profileForm } from './forms.ts';

/** The forms that were rejected. */
export type AccountForms = Readonly<{
  profile?: FormState;
  password?: FormState;
  address?: FormState;
  deletion?: FormState;
}>;

export const ownAccountPage = (page: PageRequest, user: VersionedUserView, forms: AccountForms): Html => {
  const { email, name, createdAt, emailConfirmedAt } = user;
  const state = emailConfirmedAt === null ? badge('warn', 'Not confirmed', 'hollow') : badge('good', 'Confirmed');
  const details = facts([
    ['Address', html`${email} ${state}`],
    ['Name', name],
    ['Since', date(createdAt)],
  ]);
  return accountPage(
    page,
    'Your account',
    html`${pageHead({ title: 'Your account', lead: email })}${confirmationNote(page, user)}
${block('details', 'Account', details)}
${block('password-block', 'Password', html`<div class="roomy">${passwordForm.render(page, { state: forms.password })}</div>`)}
${block('address-block', 'Address', html`<div class="roomy">${addressForm.render(page, { state: forms.address })}</div>`)}
${block('profile-block', 'Name', html`<div class="roomy">${profileForm.render(page, { state: forms.profile, values: { name: name ?? '' } })}</div>`)}
${block('export-block', 'Your data', exportOf(page))}
${deletionOf(page, user, forms)}`,
  );
};

const confirmationNote = (page: PageRequest, { pendingEmail, emailConfirmedAt }: VersionedUserView): Html | false => {
  if (pendingEmail === null && emailConfirmedAt !== null) return false;
  const text =
    pendingEmail === null
      ? html`Confirm it, so that we can reach you when you forget your password.`
      : html`<strong>${pendingEmail}</strong> replaces the present address once it is confirmed.`;
  const send = html`${buttonForm(page, '/account/confirmation', 'Send email with a token')}<a class="button" href="/account/confirm">I have a token</a>`;
  const beginning = pendingEmail === null ? 'Your address is not confirmed.' : 'A new address waits.';
  return html`${note('warn', beginning, text)}<div class="actions">${send}</div>`;
};

const exportOf = (page: PageRequest): Html =>
  html`<div class="stack roomy"><p>A file (JSON) with your account, sessions, licenses, machines and history.</p>${buttonForm(page, '/account/export', 'Export data')}</div>`;

const deletionOf = (
  page: PageRequest,
  { hasSecondFactor }: VersionedUserView,
  { deletion: state }: AccountForms,
): Html => {
  const code = hasSecondFactor && deleteForm.field('code', { state });
  const action = {
    title: 'Delete account',
    text: 'Your licenses end with it, and their machines stop. This cannot be undone.',
    button: 'Delete',
    form: html`${deleteForm.open(page, { state })}${deleteForm.field('password', { state })}${code}<div class="actions"><button class="final">${deleteForm.options.submit}</button></div></form>`,
    isOpen: state !== undefined,
  };
  return block('danger', 'Danger zone', danger([action]));
};
