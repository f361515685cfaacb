import { fixedText, id, instant, ipAddress, named, Type, token, userAgent } from '../../openapi/schema.ts';
import { code } from '../mfa/schemas.ts';
import { email } from '../users/schemas.ts';

export const Session = named('Session', {
  id,
  created_at: instant('Time of the log-in'),
  last_seen_at: instant('Time of the last request, exact to about a minute'),
  ip: ipAddress('IP address of the log-in'),
  user_agent: userAgent('`User-Agent` of the log-in'),
  current: Type.Boolean({ description: 'Whether the request uses this session', examples: [true] }),
});

export const LoggedIn = named('LoggedIn', { email, message: fixedText('logged in') });

const currentPassword = Type.String({
  format: 'password',
  description: 'The current password',
  examples: ['correct horse battery'],
});

export const LogIn = named('LogIn', {
  email,
  password: currentPassword,
  code: Type.Optional(code),
});

export const LogInCode = named('LogInCode', {
  challenge: token('43 characters, from `mfa.code-required`'),
  code,
});

export const StepUp = named('StepUp', {
  code: Type.Optional(code),
  password: currentPassword,
});

export const Elevated = named('Elevated', {
  elevated_until: instant('End of the time in which this session may make sensitive changes'),
});

export const Profile = named('Profile', { email });
