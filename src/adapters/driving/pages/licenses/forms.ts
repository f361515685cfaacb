import { FINGERPRINT } from '../common/fields.ts';
import { type Fields, Form, SHOWN } from '../common/form.ts';

/** The terms that can change later. */
export const TERMS = {
  product: {
    label: 'Product',
    maxLength: 100,
    hint: 'As your application names it. Without one, a validation that names a product fails.',
  },
  starts_at: { label: 'Starts on', type: 'date', hint: 'Midnight UTC. Empty: now.' },
  expires_at: {
    label: 'Ends on',
    type: 'date',
    hint: 'Midnight UTC, the first moment without a license. Empty: never.',
  },
  grace_days: { label: 'Days of grace', type: 'integer', hint: '0 to 365: validations go on after the end.' },
  max_activations: { label: 'Seats', type: 'integer', hint: 'Empty: any number of machines.' },
  entitlements: {
    label: 'Includes',
    hint: 'Codes of features that your application knows, such as export-pdf, separated by spaces.',
  },
} as const satisfies Fields;

const DAYS = { label: 'Days', type: 'integer', hint: 'From the start. Or say an end.' } as const;

export const issueForm = new Form({
  action: '/console/licenses/new',
  submit: 'Issue license',
  fields: {
    email: { label: 'Customer’s address', type: 'email', maxLength: 254, required: true },
    ...TERMS,
    days: DAYS,
    notify: { label: 'Email the key to the owner', type: 'checkbox' },
  },
});

export const termsForm = new Form({
  submit: 'Change terms',
  fields: {
    ...TERMS,
    starts_at: { label: 'Starts on', type: 'date', hint: 'Midnight UTC.' },
    // Only what differs from it is changed, so that no change of a colleague is undone.
    shown: SHOWN,
  },
});

export const renewForm = new Form({
  submit: 'Renew license',
  fields: {
    days: { ...DAYS, hint: 'From the present end, or from now where that is over. Or say an end.' },
    expires_at: { label: 'New end', type: 'date', hint: 'Midnight UTC.' },
    // The days that it begins with give way to an end, and two people who have read the same end renew once.
    shown: SHOWN,
  },
});

/** By POST: a key never stands in an address. */
export const keySearch = new Form({
  submit: 'Find',
  fields: { license_key: { label: 'License key', required: true, maxLength: 128 } },
});

export const revokeForm = new Form({
  id: 'revoke',
  submit: 'Revoke license permanently',
  button: 'final',
  fields: { confirm: { label: 'The last four characters of the key', required: true, maxLength: 4, monospaced: true } },
});

export const machineForm = new Form({ submit: 'Free', fields: { fingerprint: FINGERPRINT } });

export const fileForm = new Form({
  id: 'file',
  submit: 'Download file',
  button: 'plain',
  fields: {
    fingerprint: { label: 'Machine' },
    days: { label: 'Days', type: 'integer', hint: 'How long the file is valid. Empty: as long as usual.' },
  },
});
