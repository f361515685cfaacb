import { CODE, CURRENT_PASSWORD, EMAIL } from '../common/fields.ts';
import { ENTRIES_FIELD, Form } from '../common/form.ts';
import { html } from '../common/html.ts';

export const loginForm = new Form({
  action: '/login',
  submit: 'Log in',
  button: 'primary wide',
  fields: {
    email: EMAIL,
    password: {
      ...CURRENT_PASSWORD,
      label: 'Password',
      aside: html`<a href="/account/reset/request">Forgot password?</a>`,
    },
    next: { label: 'Next page', type: 'hidden' },
  },
});

/** After the right password of an account with a second factor. */
export const codeForm = new Form({
  action: '/login/code',
  submit: 'Log in',
  button: 'primary wide',
  fields: {
    code: { ...CODE, required: true },
    challenge: { label: 'Challenge', type: 'hidden' },
    next: { label: 'Next page', type: 'hidden' },
  },
});

/** The password once more, before a change that takes it. It is sent to the path of that change. */
export const stepUpForm = new Form({
  submit: 'Continue',
  button: 'primary wide',
  fields: {
    password: { ...CURRENT_PASSWORD, label: 'Password' },
    code: {
      ...CODE,
      hint: 'Only if your account has a second factor: the code of your app, or a recovery code.',
    },
    next: { label: 'Next page', type: 'hidden' },
    [ENTRIES_FIELD]: { label: 'Entries', type: 'hidden' },
  },
});
