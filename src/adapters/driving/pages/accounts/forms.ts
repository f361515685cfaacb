import { Form } from '../common/form.ts';

export const nameForm = new Form({
  id: 'rename',
  submit: 'Change name',
  button: 'plain',
  fields: { name: { label: 'Name', maxLength: 200, hint: 'Empty: the account has no name.' } },
});
