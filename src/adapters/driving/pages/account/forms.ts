import { Form } from '../common/form.ts';

export const passwordForm = new Form({
  id: 'password',
  action: '/account/password',
  submit: 'Change password',
  fields: {
    current_password: {
      label: 'Current password',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
    },
    password: {
      label: 'New password',
      type: 'password',
      autocomplete: 'new-password',
      required: true,
      hint: 'Up to 128 characters. Three unrelated words are good.',
    },
  },
});
