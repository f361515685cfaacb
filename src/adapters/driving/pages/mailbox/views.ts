import type { Fields, Form, FormState } from '../common/form.ts';
import { type Html, html } from '../common/html.ts';
import { soloPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import {
  cancelForm,
  confirmForm,
  openAccountForm,
  registerForm,
  requestAccountForm,
  requestResetForm,
  resetForm,
} from './forms.ts';

type Sheet = Readonly<{
  title: string;
  text: string;
  form: Form<Fields>;
  action?: string;
  /** Under the sheet. */
  after: readonly Readonly<{ href: string; label: string }>[];
}>;

const sheet =
  ({ title, text, form, action, after }: Sheet) =>
  (page: PageRequest, state?: FormState): Html => {
    const links = after.map(({ href, label }) => html`<p class="after"><a href="${href}">${label}</a></p>`);
    const options = { state, ...(action !== undefined && { action }) };
    return soloPage(
      page,
      title,
      html`<div class="sheet stack"><h1>${title}</h1><p class="muted">${text}</p>${form.render(page, options)}</div>${links}`,
    );
  };

const TO_LOGIN = { href: '/login', label: 'Back to log in' } as const;

export const requestResetPage = sheet({
  title: 'Forgot your password?',
  text: 'We send a token to the address of your account. With it you choose a new password.',
  form: requestResetForm as Form<Fields>,
  after: [{ href: '/account/reset', label: 'I have a token' }, TO_LOGIN],
});

export const resetPage = sheet({
  title: 'Choose a new password',
  text: 'All your sessions end.',
  form: resetForm as Form<Fields>,
  after: [{ href: '/account/reset/request', label: 'Send me a token' }, TO_LOGIN],
});

/** The subject of the email: the same use case takes the token of each kind. */
export const confirmPage = (page: PageRequest, state?: FormState): Html => {
  const isCancellation = page.query('for') === 'cancellation';
  const what = isCancellation
    ? {
        title: 'Cancel the change of address',
        text: 'Your account returns to the address that the email went to, all devices are logged out, and you set a new password.',
        form: cancelForm as Form<Fields>,
      }
    : {
        title: 'Confirm your address',
        text: 'With the token you prove that the email has reached you.',
        form: confirmForm as Form<Fields>,
      };
  const action = `/account/confirm${isCancellation ? '?for=cancellation' : ''}`;
  return sheet({ ...what, action, after: [] })(page, state);
};

export const registerPage = sheet({
  title: 'Create an account',
  text: 'Your account is open at once.',
  form: registerForm as Form<Fields>,
  after: [{ href: '/login', label: 'I have an account' }],
});

export const requestAccountPage = sheet({
  title: 'Create an account',
  text: 'We send a token to your address. With it you open the account.',
  form: requestAccountForm as Form<Fields>,
  after: [
    { href: '/account/new/token', label: 'I have a token' },
    { href: '/login', label: 'I have an account' },
  ],
});

export const openAccountPage = sheet({
  title: 'Open your account',
  text: 'Use the address that the email went to.',
  form: openAccountForm as Form<Fields>,
  after: [{ href: '/account/new', label: 'Send me a token' }],
});
