import { EMAIL, NEW_PASSWORD } from '../common/fields.ts';
import { Form } from '../common/form.ts';

const token = {
  label: 'Token from the e-mail',
  required: true,
  monospaced: true,
  maxLength: 128,
  hint: 'The link in the e-mail fills this in. It works once, as long as the e-mail says.',
} as const;

export const requestResetForm = new Form({
  action: '/account/reset/request',
  submit: 'Send e-mail',
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

/** The same field; the button says what the token of this e-mail does. */
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
  submit: 'Send e-mail',
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
