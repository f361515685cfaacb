import { Form } from '../common/form.ts';

const currentPassword = {
  label: 'Current password',
  type: 'password',
  autocomplete: 'current-password',
  required: true,
} as const;

export const passwordForm = new Form({
  id: 'password',
  action: '/account/password',
  submit: 'Change password',
  fields: {
    current_password: currentPassword,
    password: {
      label: 'New password',
      type: 'password',
      autocomplete: 'new-password',
      required: true,
      hint: 'Up to 128 characters. Three unrelated words are good.',
    },
  },
});

export const addressForm = new Form({
  id: 'address',
  action: '/account/address',
  submit: 'Change address',
  button: 'plain',
  fields: {
    email: { label: 'New address', type: 'email', autocomplete: 'email', required: true, maxLength: 254 },
    current_password: currentPassword,
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
  submit: 'Delete account for ever',
  button: 'final',
  fields: {
    password: { ...currentPassword, label: 'Your password' },
    code: {
      label: 'Code',
      autocomplete: 'one-time-code',
      monospaced: true,
      maxLength: 64,
      hint: 'Six digits from your authenticator app, or a recovery code.',
    },
  },
});
