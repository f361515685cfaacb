import { Form } from '../common/form.ts';

export const nameForm = new Form({
  id: 'rename',
  submit: 'Change name',
  button: 'plain',
  fields: { name: { label: 'Name', maxLength: 200, hint: 'Empty: the account has no name.' } },
});

export const banForm = new Form({
  id: 'ban',
  submit: 'Ban account',
  button: 'final',
  fields: { reason: { label: 'Reason', maxLength: 500, hint: 'For your team. Empty: none.' } },
});
