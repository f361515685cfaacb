import type { TSchema } from 'typebox';
import { UUID } from '../../../../../domain/shared/uuid.ts';
import { closed } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';

const id = Type.String({
  pattern: UUID.source,
  description: 'UUIDv7 in lower case',
  examples: ['019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10'],
});

const instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$',
  description: 'RFC 3339 in UTC, whole seconds',
  examples: ['2026-01-01T09:30:00Z'],
});

export const Fields = {
  id,
  instant,
  email: Type.String({
    description: 'At most 254 characters. Unique without regard to case',
    examples: ['ada@example.com'],
  }),
  name: Type.String({ description: '1 to 200 characters on one line', examples: ['Ada Lovelace'] }),
  age: Type.Integer({ description: 'Whole years, from the minimum age (18 by default) to 130', examples: [36] }),
  password: Type.String({
    description: '8 (by default) to 128 characters of any kind; not a common one, nor the e-mail address or the name',
    examples: ['correct horse battery'],
  }),
};

/** One schema and not a choice of two: a wrong type is then one fault, told in one sentence. */
const orNull = <T>(schema: TSchema & { type: string }) =>
  Type.Unsafe<T | null>({ ...schema, type: [schema.type, 'null'] });

export const User = Type.Object(
  {
    id,
    email: Fields.email,
    name: orNull(Fields.name),
    age: orNull(Fields.age),
    created_at: instant,
  },
  closed,
);

export const Registration = Type.Object(
  { email: Fields.email, password: Fields.password, age: Fields.age, name: Type.Optional(Fields.name) },
  closed,
);

export const NewUser = Type.Object(
  {
    email: Fields.email,
    name: Type.Optional(Fields.name),
    password: Type.Optional(Fields.password),
    age: Type.Optional(Fields.age),
  },
  closed,
);

export const Credentials = Type.Object({ email: Fields.email, password: Fields.password }, closed);

export const UserChange = Type.Object(
  {
    email: Type.Optional(Fields.email),
    name: Type.Optional(orNull(Fields.name)),
    age: Type.Optional(Fields.age),
    password: Type.Optional(Fields.password),
    current_password: Type.Optional(Type.String({ description: 'Needed to change one’s own address or password' })),
  },
  { ...closed, minProperties: 1 },
);

export const UserParams = Type.Object({ id }, closed);

export const UserQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'Users a page' })),
    cursor: Type.Optional(Type.String({ description: 'From the `Link` header of the page before. Opaque' })),
    email: Type.Optional(Type.String({ description: 'Only the user with this address, whatever its case' })),
  },
  closed,
);

export const Message = Type.Object({ message: Type.String() }, closed);
export const EmailMessage = Type.Object({ email: Fields.email, message: Type.String() }, closed);
export const Profile = Type.Object({ email: Fields.email }, closed);

export const Session = Type.Object(
  {
    id,
    created_at: instant,
    last_seen_at: instant,
    ip: Type.String(),
    user_agent: Type.String(),
    current: Type.Boolean({ description: 'The session that asks' }),
  },
  closed,
);

export const ResetRequest = Type.Object({ email: Fields.email }, closed);

const resetToken = Type.String({ description: '43 characters. Works once, and for an hour by default' });

export const ResetToken = Type.Object({ email: Fields.email, reset_token: resetToken }, closed);

export const Reset = Type.Object(
  { email: Fields.email, reset_token: resetToken, new_password: Fields.password },
  closed,
);
