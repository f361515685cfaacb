import { closed } from './answers.ts';
import { Type } from './type.ts';

/** More would take longer than a client should wait; the command line takes more. */
export const MOST_IMPORTED = 100;

export const UserImport = Type.Object(
  { count: Type.Integer({ description: `1 to ${MOST_IMPORTED}`, examples: [10] }) },
  closed,
);
