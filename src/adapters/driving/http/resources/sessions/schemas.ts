import { closed, id, idInput, instant, named, oneOf, Type } from '../../openapi/schema.ts';
import { code } from '../mfa/schemas.ts';
import { Credentials, email } from '../users/schemas.ts';

export const Session = named('Session', {
  id,
  created_at: instant('Time of the log-in'),
  last_seen_at: instant('Time of the last request, exact to about a minute'),
  ip: Type.String({ description: 'IP address of the log-in', examples: ['203.0.113.7'] }),
  user_agent: Type.String({
    maxLength: 200,
    description: '`User-Agent` of the log-in',
    examples: ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  }),
  current: Type.Boolean({ description: 'Whether the request uses this session', examples: [true] }),
});

export const SessionParams = Type.Object({ id: idInput }, closed);

export const LoggedIn = named('LoggedIn', { email, message: oneOf(['logged in']) });

export const LogIn = named('LogIn', {
  ...Credentials.properties,
  code: Type.Optional(code),
});

export const LogInCode = named('LogInCode', {
  challenge: Type.String({
    description: '43 characters, from `mfa.code-required`',
    examples: ['h3JxUq0S9mB7wZ2kVtYc4LpEo8Rn1dAfGi5sXlQbNyM'],
  }),
  code,
});

export const StepUp = named('StepUp', {
  code: Type.Optional(code),
  password: Type.String({
    format: 'password',
    description: 'The current password',
    examples: ['correct horse battery'],
  }),
});

export const Elevated = named('Elevated', {
  elevated_until: instant('End of the time in which this session may make sensitive changes'),
});

export const Profile = named('Profile', { email });
