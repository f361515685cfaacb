import { Form } from '../common/form.ts';

/** A fingerprint may contain any visible character, so it is no part of a path. */
export const machineForm = new Form({
  submit: 'Free',
  fields: { fingerprint: { label: 'Fingerprint', type: 'hidden' } },
});
