import { ROLE_NAMES } from '../../../../domain/access/scope.ts';
import { type Fields, Form, SHOWN } from '../common/form.ts';

const ROLE = {
  role: {
    label: 'Role',
    type: 'select',
    required: true,
    options: ROLE_NAMES.map((name) => [name, name] as const).reverse(),
    hint: 'A higher role than before ends the person’s sessions.',
  },
} as const satisfies Fields;

export const addForm = new Form({
  id: 'add',
  action: '/console/staff',
  submit: 'Add person',
  fields: {
    email: {
      label: 'Email address',
      type: 'email',
      maxLength: 254,
      required: true,
      hint: 'An address without an account gets one. Where it is not confirmed, an invitation by email follows, with a link for setting a password that works for ten minutes; the old password is removed.',
    },
    ...ROLE,
  },
});

export const roleForm = new Form({
  submit: 'Change role',
  // So that no change of a colleague is undone.
  fields: { ...ROLE, shown: SHOWN },
});

export const removeForm = new Form({ id: 'remove', submit: 'Remove role', button: 'final', fields: {} });
