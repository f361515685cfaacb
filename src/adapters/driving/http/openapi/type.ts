import type { TSchema, Type as TypeBox } from 'typebox';

/** Fields that may be left out. */
const optional = new WeakSet<object>();

const isOptional = (schema: object): boolean => optional.has(schema);

/**
 * What we need of typebox's builder, with its types and the very schemas that it makes. The library itself also reads
 * TypeScript and checks values: 700 files, loaded at every start for a few dozen object literals.
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
    const required = Object.keys(properties).filter((name) => !isOptional(properties[name] as object));
    return { type: 'object', ...(required.length === 0 ? {} : { required }), properties, ...options };
  },
} as unknown as Pick<
  typeof TypeBox,
  'Array' | 'Boolean' | 'Integer' | 'Literal' | 'Null' | 'Object' | 'Optional' | 'String' | 'Union' | 'Unsafe'
>;
