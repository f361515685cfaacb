import type { Static, TSchema, Type as TypeBox } from 'typebox';
import { UUID } from '../../../../domain/shared/uuid.ts';
import { DOMAIN_RULE } from '../request/validation.ts';

const optional = new WeakSet<object>();

/**
 * TypeBox's schema builder, with its types and its output.
 * perf: importing the library takes 70 ms with a warm compile cache, of 510 ms from start to first response.
 */
export const Type = {
  String: (options?: object) => ({ type: 'string', ...options }),
  Integer: (options?: object) => ({ type: 'integer', ...options }),
  Boolean: (options?: object) => ({ type: 'boolean', ...options }),
  Null: (options?: object) => ({ type: 'null', ...options }),
  Literal: (value: string | number | boolean, options?: object) => ({ type: typeof value, const: value, ...options }),
  Array: (items: TSchema, options?: object) => ({ type: 'array', items, ...options }),
  Union: (anyOf: readonly TSchema[], options?: object) => ({ anyOf: [...anyOf], ...options }),
  Unsafe: (schema: object) => ({ ...schema }),
  Optional: (schema: object) => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  Object: (properties: Readonly<Record<string, object>>, options?: object) => {
    const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as object));
    return { type: 'object', ...(required.length === 0 ? {} : { required }), properties, ...options };
  },
} as unknown as Pick<
  typeof TypeBox,
  'Array' | 'Boolean' | 'Integer' | 'Literal' | 'Null' | 'Object' | 'Optional' | 'String' | 'Union' | 'Unsafe'
>;

export const closed = { additionalProperties: false } as const;

/** An object that the OpenAPI document lists by its name. */
export const named = <Properties extends Record<string, TSchema>>(
  title: string,
  properties: Properties,
  options?: Readonly<{ description?: string; minProperties?: number }>,
) => Type.Object(properties, { title, ...closed, ...options });

/**
 * Bounds that the domain enforces. The request validator ignores them, so that a breach is a 422 with every broken rule
 * and not a 400; the OpenAPI document shows them as the keywords that they are.
 */
export const domainRule = (bounds: DomainBounds) => ({ [DOMAIN_RULE]: bounds });

type DomainBounds = Readonly<
  Partial<Record<'minLength' | 'maxLength' | 'minimum' | 'maximum' | 'maxItems', number>> & {
    pattern?: string;
    uniqueItems?: boolean;
  }
>;

/** `null` as one more type and not as a union: a wrong type is then one error with one message. */
export const orNull = <T extends TSchema>(schema: T, options?: object) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [(schema as { type?: string }).type, 'null'], ...options });

/** One of some words. */
export const oneOf = <const T extends string>(values: readonly T[], options?: object) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options });

export const EXAMPLE_ID = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';

export const id = Type.String({
  format: 'uuid',
  pattern: UUID.source,
  description: 'UUIDv7 in lower case',
  examples: [EXAMPLE_ID],
});

/** An id in a request, in any case as RFC 9562 asks. */
export const idInput = Type.String({
  ...id,
  pattern: UUID.source.replaceAll('a-f', 'a-fA-F').replace('[89ab]', '[89abAB]'),
  description: 'UUIDv7 in any case',
});

export const IdParams = Type.Object({ id: idInput }, closed);

const INSTANT = {
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$',
  examples: ['2026-01-01T09:30:00Z'],
};

/** 256 random bits in base64url. The domain looks them up, and has an error of its own for any other text. */
export const token = (description: string) =>
  Type.String({
    ...domainRule({ pattern: '^[\\w-]{43}$' }),
    description,
    examples: ['h3JxUq0S9mB7wZ2kVtYc4LpEo8Rn1dAfGi5sXlQbNyM'],
  });

export const ipAddress = (description: string) =>
  Type.String({ maxLength: 45, description, examples: ['203.0.113.7'] });

export const userAgent = (description: string) =>
  Type.String({
    maxLength: 200,
    description,
    examples: ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  });

export const requestId = (description: string) =>
  Type.String({ pattern: '^[\\w.:-]{1,128}$', description, examples: [EXAMPLE_ID] });

/** A fixed text for people, which published clients compare. */
export const fixedText = <const T extends string>(...texts: readonly T[]) =>
  oneOf(texts, { description: 'The result, for people' });

/** A point in time, RFC 3339. */
export const instant = (description: string) =>
  Type.String({ ...INSTANT, description: `${description}. UTC, whole seconds` });
