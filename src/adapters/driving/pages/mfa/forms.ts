import { Form } from '../common/form.ts';

export const beginForm = new Form({
  id: 'begin',
  action: '/account/mfa',
  submit: 'Set up',
  fields: {},
});

export const confirmForm = new Form({
  id: 'confirm',
  action: '/account/mfa/confirm',
  submit: 'Turn on',
  fields: {
    code: {
      label: 'Six digits',
      autocomplete: 'one-time-code',
      inputMode: 'numeric',
      monospaced: true,
      required: true,
      maxLength: 64,
    },
  },
});

export const recoveryForm = new Form({
  id: 'recovery',
  action: '/account/mfa/recovery-codes',
  submit: 'Make new recovery codes',
  button: 'plain',
  fields: {},
});

export const removeForm = new Form({
  id: 'remove',
  action: '/account/mfa/remove',
  submit: 'Turn off',
  button: 'final',
  fields: {},
});
