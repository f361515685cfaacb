import { DEFAULT_DAYS, DEFAULT_OVERLAP_S, TOKEN_SCOPES } from '../../../../domain/access/api-token.ts';
import type { Scope } from '../../../../domain/access/scope.ts';
import { type Fields, Form, SHOWN } from '../common/form.ts';

const CHANGEABLE = {
  name: { label: 'Name', required: true, maxLength: 100, hint: 'What people call the program, such as shop.' },
  networks: {
    label: 'Networks',
    type: 'textarea',
    monospaced: true,
    hint: 'One on each line, such as 192.0.2.0/24. Empty: from anywhere.',
  },
} as const satisfies Fields;

const SCOPE_FIELDS = Object.fromEntries(
  TOKEN_SCOPES.map((scope) => [scope, { label: scope, type: 'checkbox' }] as const),
) as Readonly<Record<Scope, Readonly<{ label: string; type: 'checkbox' }>>>;

export const createForm = new Form({
  id: 'create',
  action: '/console/tokens',
  submit: 'Create token',
  fields: {
    ...CHANGEABLE,
    expires_in_days: { label: 'Days', type: 'integer', hint: '1 to 400 from now. A rotation starts them over.' },
    products: {
      label: 'Products',
      type: 'textarea',
      hint: 'One on each line. Empty: licenses of all products, and those without one.',
    },
    ...SCOPE_FIELDS,
  },
});

export const DEFAULTS = { expires_in_days: String(DEFAULT_DAYS) };

export const changeForm = new Form({
  id: 'change',
  submit: 'Change token',
  button: 'plain',
  fields: {
    ...CHANGEABLE,
    // Only what differs from it is changed, so that no change of a colleague is undone.
    shown: SHOWN,
  },
});

export const rotateForm = new Form({
  id: 'rotate',
  submit: 'Rotate token',
  button: 'plain',
  fields: {
    overlap_s: {
      label: 'The present token works for',
      type: 'select',
      required: true,
      options: [
        ['0', 'no longer'],
        [String(DEFAULT_OVERLAP_S), 'another hour'],
        ['86400', 'another day'],
        ['604800', 'another week'],
      ],
      hint: 'Name, scopes and networks stay. The days start over.',
    },
    // A second rotation would end the present token at once.
    shown: SHOWN,
  },
});

export const OVERLAP = { overlap_s: String(DEFAULT_OVERLAP_S) };

export const revokeForm = new Form({ id: 'revoke', submit: 'Revoke token', button: 'final', fields: {} });
