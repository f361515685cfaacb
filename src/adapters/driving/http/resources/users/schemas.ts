import { closed, domainRule, id, idInput, instant, oneOf, orNull, Type } from '../../openapi/schema.ts';
import { pageParameters } from '../pagination.ts';

export const email = Type.String({
  format: 'idn-email',
  ...domainRule({ maxLength: 254 }),
  description: 'E-mail address. Unique without regard to case',
  examples: ['ada@example.com'],
});

const name = Type.String({
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
    'Any characters, at least as many as the server asks for (8 by default). Neither a common password nor the e-mail address or the name',
  examples: ['correct horse battery'],
});

export const User = Type.Object(
  { id, email, name: orNull(name), age: orNull(age), created_at: instant('Time of creation') },
  { title: 'User', ...closed },
);

export const Registration = Type.Object(
  { email, password, age, name: Type.Optional(name) },
  { title: 'Registration', ...closed },
);

export const NewUser = Type.Object(
  { email, name: Type.Optional(name), password: Type.Optional(password), age: Type.Optional(age) },
  { title: 'NewUser', ...closed },
);

export const Credentials = Type.Object({ email, password }, { title: 'Credentials', ...closed });

export const UserChange = Type.Object(
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
  { title: 'UserChange', ...closed, minProperties: 1 },
);

export const UserParams = Type.Object({ id: idInput }, closed);

export const UserQuery = Type.Object(
  {
    ...pageParameters,
    email: Type.Optional(Type.String({ description: 'Only the user with this e-mail address, in any case' })),
  },
  closed,
);

/** More would take longer than a client should wait; the command line takes more. */
export const MAX_IMPORTED = 100;

export const UserImport = Type.Object(
  {
    count: Type.Integer({
      ...domainRule({ minimum: 1, maximum: MAX_IMPORTED }),
      description: 'Number of users',
      examples: [10],
    }),
  },
  { title: 'UserImport', ...closed },
);

/** The answers to the form, which its published clients compare word for word. */
export const UserCreated = Type.Object(
  { email, message: oneOf(['user created']) },
  { title: 'UserCreated', ...closed },
);
export const EmailTaken = Type.Object(
  { message: oneOf(['email already registered']) },
  { title: 'EmailTaken', ...closed },
);

/** What a client sends as an address and gets back, whether it is one or not. */
const anyEmail = Type.String({ description: 'E-mail address', examples: ['ada@example.com'] });

export const EmailMessage = Type.Object(
  { email: anyEmail, message: Type.String({ description: 'For people', examples: ['Password updated'] }) },
  { title: 'EmailMessage', ...closed },
);

export const ResetRequest = Type.Object({ email: anyEmail }, { title: 'ResetRequest', ...closed });

const resetToken = Type.String({
  description: '43 characters. Works once, for one hour by default',
  examples: ['h3JxUq0S9mB7wZ2kVtYc4LpEo8Rn1dAfGi5sXlQbNyM'],
});

export const ResetToken = Type.Object({ email, reset_token: resetToken }, { title: 'ResetToken', ...closed });

export const PasswordReset = Type.Object(
  { email, reset_token: resetToken, new_password: password },
  { title: 'PasswordReset', ...closed },
);
