import { CODE, CURRENT_PASSWORD, NEW_PASSWORD } from '../common/fields.ts';
import { Form } from '../common/form.ts';

export const passwordForm = new Form({
  id: 'password',
  action: '/account/password',
  submit: 'Change password',
  fields: {
    current_password: CURRENT_PASSWORD,
    password: NEW_PASSWORD,
  },
});

export const addressForm = new Form({
  id: 'address',
  action: '/account/address',
  submit: 'Change address',
  button: 'plain',
  fields: {
    email: { label: 'New address', type: 'email', autocomplete: 'email', required: true, maxLength: 254 },
    current_password: CURRENT_PASSWORD,
  },
});

export const profileForm = new Form({
  id: 'profile',
  action: '/account/name',
  submit: 'Change name',
  button: 'plain',
  fields: { name: { label: 'Name', autocomplete: 'name', maxLength: 200 } },
});

export const deleteForm = new Form({
  id: 'delete',
  action: '/account/delete',
  submit: 'Delete account permanently',
  button: 'final',
  fields: {
    password: { ...CURRENT_PASSWORD, label: 'Your password' },
    code: CODE,
  },
});
