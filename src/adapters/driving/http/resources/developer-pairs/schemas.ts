import { closed } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { Fields } from '../users/schemas.ts';

const organisations = Type.Array(Type.String(), {
  minItems: 1,
  description: 'GitHub organisations that both show to the world, sorted',
  examples: [['org1', 'org2']],
});

export const Connection = Type.Union([
  Type.Object({ connected: Type.Literal(false) }, closed),
  Type.Object({ connected: Type.Literal(true), organisations }, closed),
]);

export const PairCheck = Type.Union([
  Type.Object({ registered_at: Fields.instant, connected: Type.Literal(false) }, closed),
  Type.Object({ registered_at: Fields.instant, connected: Type.Literal(true), organisations }, closed),
]);

/** Far beyond what a network allows; the router itself stops at 300 code units. */
const LONGEST_NAME = 150;

const name = (which: string) =>
  Type.String({
    maxLength: LONGEST_NAME,
    description: `Name of the ${which} on both networks; case does not matter`,
    examples: ['dev1'],
  });

export const PairParams = Type.Object({ dev1: name('one'), dev2: name('other') }, closed);

export const HistoryQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'Checks a page' })),
    cursor: Type.Optional(Type.String({ description: 'From the `Link` header of the page before. Opaque' })),
  },
  closed,
);
