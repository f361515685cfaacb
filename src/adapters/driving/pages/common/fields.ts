/** Fields that several forms have. */
export const EMAIL = {
  label: 'Email',
  type: 'email',
  autocomplete: 'username',
  required: true,
  maxLength: 254,
} as const;

export const CURRENT_PASSWORD = {
  label: 'Current password',
  type: 'password',
  autocomplete: 'current-password',
  required: true,
} as const;

export const NEW_PASSWORD = {
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  required: true,
  hint: 'Up to 128 characters. Three unrelated words are good.',
} as const;

/** Of a machine. It may contain any visible character, so it is no part of a path. */
export const FINGERPRINT = { label: 'Fingerprint', type: 'hidden', required: true } as const;

/** Of the second factor. */
export const CODE = {
  label: 'Code',
  autocomplete: 'one-time-code',
  monospaced: true,
  maxLength: 64,
  hint: 'Six digits from your authenticator app, or a recovery code.',
} as const;
