import { CODE, CURRENT_PASSWORD, EMAIL } from '../common/fields.ts';
import { ENTRIES_FIELD, Form } from '../common/form.ts';
import { html } from '../common/html.ts';

const BUTTON = { submit: 'Log in', button: 'primary wide' } as const;

const CREDENTIALS = {
  email: EMAIL,
  password: {
    ...CURRENT_PASSWORD,
    label: 'Password',
    aside: html`<a href="/account/reset/request">Forgot password?</a>`,
  },
} as const;

/** After the right password of an account with a second factor. */
const SECOND_FACTOR = { code: { ...CODE, required: true }, challenge: { label: 'Challenge', type: 'hidden' } } as const;

const NEXT = { next: { label: 'Next page', type: 'hidden' } } as const;
const ENTRIES = { [ENTRIES_FIELD]: { label: 'Entries', type: 'hidden' } } as const;

export const loginForm = new Form({ ...BUTTON, action: '/login', fields: { ...CREDENTIALS, ...NEXT } });
export const codeForm = new Form({ ...BUTTON, action: '/login/code', fields: { ...SECOND_FACTOR, ...NEXT } });

/** The same before a form whose session has ended. They are sent to the path of that form. */
export const returnForm = new Form({ ...BUTTON, fields: { ...CREDENTIALS, ...ENTRIES } });
export const returnCodeForm = new Form({ ...BUTTON, fields: { ...SECOND_FACTOR, ...ENTRIES } });

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
    ...NEXT,
    ...ENTRIES,
  },
});
