import { Form } from '../common/form.ts';

export const loginForm = new Form({
  action: '/login',
  submit: 'Log in',
  button: 'primary wide',
  fields: {
    email: { label: 'E-mail', type: 'email', autocomplete: 'username', required: true, maxLength: 254 },
    password: { label: 'Password', type: 'password', autocomplete: 'current-password', required: true },
    next: { label: 'Next page', type: 'hidden' },
  },
});
