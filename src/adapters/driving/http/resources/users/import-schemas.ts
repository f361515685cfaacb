import { closed } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';

/** More would take longer than a client should wait; the command line takes more. */
export const MAX_IMPORTED = 100;

export const UserImport = Type.Object(
  { count: Type.Integer({ description: `1 to ${MAX_IMPORTED}`, examples: [10] }) },
  closed,
);
