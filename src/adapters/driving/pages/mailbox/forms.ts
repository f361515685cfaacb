import { EMAIL, NEW_PASSWORD } from '../common/fields.ts';
import { Form } from '../common/form.ts';

const token = {
  label: 'Token from the email',
  required: true,
  monospaced: true,
  maxLength: 128,
  hint: 'The link in the email fills this in. It works once, as long as the email says.',
} as const;

export const requestResetForm = new Form({
  action: '/account/reset/request',
  submit: 'Send email',
  button: 'primary wide',
  fields: { email: EMAIL },
});

export const resetForm = new Form({
  action: '/account/reset',
  submit: 'Set password',
  button: 'primary wide',
  takesFragment: true,
  fields: { email: EMAIL, reset_token: token, password: NEW_PASSWORD },
});

export const confirmForm = new Form({
  submit: 'Confirm address',
  button: 'primary wide',
  takesFragment: true,
  fields: { confirmation_token: token },
});

/** The same field; the button says what the token of this email does. */
export const cancelForm = new Form({ ...confirmForm.options, submit: 'Cancel the change', button: 'final' });

const person = {
  name: { label: 'Name', autocomplete: 'name', maxLength: 200, hint: 'Optional.' },
  age: { label: 'Age', type: 'integer', required: true },
  password: { ...NEW_PASSWORD, label: 'Password' },
} as const;

export const registerForm = new Form({
  action: '/account/new',
  submit: 'Create account',
  button: 'primary wide',
  fields: { email: EMAIL, ...person },
});

export const requestAccountForm = new Form({
  action: '/account/new',
  submit: 'Send email',
  button: 'primary wide',
  fields: { email: EMAIL },
});

export const openAccountForm = new Form({
  action: '/account/new/token',
  submit: 'Create account',
  button: 'primary wide',
  takesFragment: true,
  fields: { email: EMAIL, confirmation_token: token, ...person },
});
