import { ROLE_NAMES, SCOPES } from '../../../../../domain/access/scope.ts';
import { closed, id, idInput, instant, named, oneOf, orNull, Type } from '../../openapi/schema.ts';
import { product } from '../licenses/schemas.ts';
import { email, name } from '../users/schemas.ts';

const role = oneOf(ROLE_NAMES, { description: 'Decides on the scopes' });

export const StaffMember = named('StaffMember', {
  user_id: id,
  email,
  role,
  since: instant('Time at which the role was given'),
  mfa: Type.Boolean({ description: 'Whether a log-in takes a second factor', examples: [true] }),
});

export const RoleChange = named('RoleChange', { role });

export const StaffParams = Type.Object({ user_id: idInput }, closed);

export const Me = named('Me', {
  kind: oneOf(['root', 'staff', 'token', 'person'], { description: 'Kind of caller' }),
  user: Type.Optional(
    Type.Object(
      { id, email, name: orNull(name) },
      { ...closed, description: 'The account, of a token its owner; absent for root and tokens without an owner' },
    ),
  ),
  role: Type.Optional(role),
  scopes: Type.Array(oneOf(SCOPES), { description: 'What the caller may do' }),
  products: Type.Optional(Type.Array(product, { description: 'The only products whose licenses exist for a token' })),
  mfa: Type.Optional(Type.Boolean({ description: 'Whether a log-in takes a second factor; absent outside a session' })),
  elevated_until: Type.Optional(
    instant('End of the time in which the session may make sensitive changes; absent outside a session'),
  ),
});
