import { USER_STATUSES } from '../../../../../domain/user/ban.ts';
import { closed, domainRule, fixedText, id, instant, named, oneOf, orNull, Type, token } from '../../openapi/schema.ts';
import { pageParameters } from '../pagination.ts';

export const email = Type.String({
  format: 'idn-email',
  ...domainRule({ maxLength: 254 }),
  description: 'Email address. Unique without regard to case',
  examples: ['ada@example.com'],
});

export const name = Type.String({
  ...domainRule({ minLength: 1, maxLength: 200 }),
  description: 'Full name on one line',
  examples: ['Ada Lovelace'],
});

const age = Type.Integer({
  ...domainRule({ minimum: 0, maximum: 130 }),
  description: 'Age in whole years, at least the minimum age of the server (18 by default)',
  examples: [36],
});

const password = Type.String({
  format: 'password',
  ...domainRule({ minLength: 1, maxLength: 128 }),
  description:
    'Any characters, at least as many as the server asks for (8 by default). Neither a common password nor the email address or the name',
  examples: ['correct horse battery'],
});

const publicFields = {
  id,
  email,
  name: orNull(name),
  age: orNull(age),
  created_at: instant('Time of creation'),
};

export const User = named('User', publicFields);

const reason = Type.String({
  ...domainRule({ minLength: 1, maxLength: 500 }),
  description: 'Reason of the ban, for the staff',
  examples: ['Chargeback of order A-1042'],
});

export const UserRecord = named('UserRecord', {
  ...publicFields,
  status: oneOf(USER_STATUSES, { description: 'A banned user cannot log in', examples: ['active'] }),
  ban: Type.Union(
    [
      Type.Object(
        { at: instant('Time of the first ban since the user was last active'), reason: orNull(reason) },
        closed,
      ),
      Type.Null(),
    ],
    { description: 'The ban; null: none' },
  ),
  email_confirmed_at: orNull(instant('Time at which the owner of the mailbox confirmed the address; null: not yet')),
  pending_email: orNull(email, { description: 'New address that waits for its confirmation' }),
  mfa: Type.Boolean({ description: 'Whether a log-in takes a second factor', examples: [false] }),
});

export const Ban = named('Ban', { reason: Type.Optional(reason) });

export const Registration = named('Registration', { email, password, age, name: Type.Optional(name) });

/** Where the address is confirmed first, the other fields may be sent to have them checked. */
export const RegistrationRequest = named('RegistrationRequest', {
  email,
  password: Type.Optional(password),
  age: Type.Optional(age),
  name: Type.Optional(name),
});

export const NewUser = named('NewUser', {
  email,
  name: Type.Optional(name),
  password: Type.Optional(password),
  age: Type.Optional(age),
});

export const Credentials = named('Credentials', { email, password });

export const UserChange = named(
  'UserChange',
  {
    email: Type.Optional(email),
    name: Type.Optional(orNull(name)),
    age: Type.Optional(age),
    password: Type.Optional(password),
    current_password: Type.Optional(
      Type.String({
        format: 'password',
        description: 'Required to change the own address or password',
        examples: ['correct horse battery'],
      }),
    ),
  },
  { minProperties: 1 },
);

export const UserQuery = Type.Object(
  {
    ...pageParameters,
    email: Type.Optional(
      Type.String({
        format: 'idn-email',
        description: 'Only the user with this email address, in any case',
        examples: ['ada@example.com'],
      }),
    ),
  },
  closed,
);

/** More would take longer than a client should wait; the command line takes more. */
export const MAX_IMPORTED = 100;

export const UserImport = named('UserImport', {
  count: Type.Integer({
    ...domainRule({ minimum: 1, maximum: MAX_IMPORTED }),
    description: 'Number of users',
    examples: [10],
  }),
});

/** The answers to the form, which its published clients compare word for word. */
export const UserCreated = named('UserCreated', { email, message: fixedText('user created') });
export const EmailTaken = named('EmailTaken', { message: fixedText('email already registered') });

/** Text that a client sends as an address and gets back, valid or not. */
const anyEmail = Type.String({
  ...domainRule({ maxLength: 65_536 }),
  description: 'Email address, as it was sent',
  examples: ['ada@example.com'],
});

export const EmailMessage = named('EmailMessage', {
  email: anyEmail,
  message: Type.String({ minLength: 1, description: 'The result, for people', examples: ['Password updated'] }),
});

export const ResetRequest = named('ResetRequest', { email: anyEmail });

const resetToken = token('43 characters. Works once, for one hour by default');

export const ResetToken = named('ResetToken', { email, reset_token: resetToken });

const confirmationToken = token('43 characters, from an email. Works once');

export const ConfirmedRegistration = named('ConfirmedRegistration', {
  email,
  confirmation_token: confirmationToken,
  password,
  age,
  name: Type.Optional(name),
});

export const ConfirmationToken = named('ConfirmationToken', { confirmation_token: confirmationToken });

export const Confirmed = named('Confirmed', { email, message: fixedText('confirmed', 'cancelled') });

export const PasswordReset = named('PasswordReset', { email, reset_token: resetToken, new_password: password });
