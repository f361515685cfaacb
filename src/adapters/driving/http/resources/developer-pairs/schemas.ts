import { closed, domainRule, instant, Type } from '../../openapi/schema.ts';

const description = 'Whether each follows the other and they share an organisation';
const connected = {
  connected: Type.Literal(true, { description }),
  organisations: Type.Array(Type.String({ minLength: 1, examples: ['org1'] }), {
    minItems: 1,
    description: 'GitHub organisations that both are public members of, sorted',
    examples: [['org1', 'org2']],
  }),
};
const notConnected = { connected: Type.Literal(false, { description }) };

export const Connection = Type.Union([Type.Object(notConnected, closed), Type.Object(connected, closed)], {
  title: 'Connection',
});

const registered = { registered_at: instant('Time of the check') };

export const PairCheck = Type.Union(
  [Type.Object({ ...registered, ...notConnected }, closed), Type.Object({ ...registered, ...connected }, closed)],
  { title: 'PairCheck' },
);

const name = (which: string) =>
  Type.String({
    ...domainRule({ minLength: 1, maxLength: 300 }),
    description: `Name of the ${which} developer on Twitter and GitHub, in any case`,
    examples: ['dev1'],
  });

export const PairParams = Type.Object({ dev1: name('first'), dev2: name('second') }, closed);
