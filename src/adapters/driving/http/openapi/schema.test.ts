import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Type as TypeBox } from 'typebox';
import { Type } from './schema.ts';

const closed = { additionalProperties: false };

/** The same schemas, made by either builder. */
const examples = (t: typeof Type) => [
  t.String(),
  t.String({ enum: ['a'], description: 'one' }),
  t.Integer({ minimum: 1, default: 5 }),
  t.Boolean(),
  t.Null({ description: 'gone' }),
  t.Literal('word'),
  t.Literal(true, { description: 'yes' }),
  t.Array(t.String(), { maxItems: 3 }),
  t.Union([t.String(), t.Null()]),
  t.Unsafe<string | null>({ type: ['string', 'null'] }),
  t.Object({}),
  t.Object({}, closed),
  t.Object({ a: t.String(), b: t.Optional(t.Integer({ minimum: 0 })), c: t.Array(t.Object({ d: t.Null() })) }, closed),
  t.Object({ a: t.Optional(t.String()), b: t.Optional(t.Unsafe<number>({ type: 'integer' })) }),
];

describe('Type', () => {
  it('makes what typebox makes, to the order of the words', () => {
    assert.deepEqual(
      examples(Type).map((schema) => JSON.stringify(schema)),
      examples(TypeBox).map((schema) => JSON.stringify(schema)),
    );
  });

  it('leaves a schema as it was when it becomes optional somewhere', () => {
    const name = Type.String();
    const either = [Type.Object({ name: Type.Optional(name) }), Type.Object({ name })];
    assert.deepEqual(
      either.map(({ required }) => required),
      [undefined, ['name']],
    );
  });
});
