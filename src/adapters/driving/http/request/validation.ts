import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { fieldName, MAX_MESSAGES, NOT_AN_OBJECT, RequestError, unknownField } from '../errors/request-error.ts';

const OPTIONS = {
  allErrors: true,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  strict: true,
  allowUnionTypes: true,
  validateFormats: false,
} as const;

/** A keyword of our schemas for rules that the domain checks; see `domainRule`. The validator ignores it. */
export const DOMAIN_RULE = 'x-domain-rule';

type Schema = { properties?: Readonly<Record<string, { type?: unknown }>> };

/**
 * Validates without coercion: a number in quotes is no number, and an unknown field is an error. Only in query strings,
 * where everything is text, whole numbers are parsed. A schema is compiled at its first use.
 */
export class Validation {
  #ajv: Ajv | undefined;

  /** perf: loads the library, which the first requests do not need: a tenth of the CPU time of a start. */
  load(): Ajv {
    if (this.#ajv === undefined) {
      const ajv: typeof import('ajv') = createRequire(import.meta.url)('ajv');
      this.#ajv = new ajv.Ajv({ ...OPTIONS, keywords: [DOMAIN_RULE] });
    }
    return this.#ajv;
  }

  /** Returns the validator of a schema. */
  readonly compiler: FastifySchemaCompiler<Schema> = ({ schema, httpPart }) => {
    let validate: ValidateFunction | undefined;
    const parsesIntegers = httpPart === 'querystring' && hasIntegers(schema);
    const isOptional = httpPart === 'querystring' && hasOptionalFieldsOnly(schema);
    return (received: unknown) => {
      // perf: probes are the first requests; a start that does not load the library for them takes a tenth less CPU time.
      if (isOptional && isEmpty(received)) return { value: received };
      validate ??= this.load().compile(schema);
      const value = parsesIntegers ? parseIntegers(received, schema) : received;
      if (validate(value)) return { value };
      return { error: new RequestError('request.invalid', messagesOf(validate.errors ?? [], httpPart ?? 'body')) };
    };
  };
}

const OF_OPTIONAL_FIELDS: ReadonlySet<string> = new Set(['$id', 'type', 'properties', 'additionalProperties']);

const hasOptionalFieldsOnly = (schema: Schema): boolean =>
  Object.keys(schema).every((keyword) => OF_OPTIONAL_FIELDS.has(keyword));

const isEmpty = (query: unknown): boolean => Object.keys(query as object).length === 0;

const hasIntegers = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).some(({ type }) => type === 'integer');

const parseIntegers = (query: unknown, { properties = {} }: Schema): unknown =>
  Object.fromEntries(
    Object.entries(query as Record<string, unknown>).map(([name, text]) => [
      name,
      properties[name]?.type === 'integer' && typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text,
    ]),
  );

const messagesOf = (errors: readonly ErrorObject[], part: string): string[] => {
  const ofWrongType = new Set(errors.filter(({ keyword }) => keyword === 'type').map((error) => error.instancePath));
  // A value of another type is out of bounds, and none of the words, as well: one error is enough.
  const shown = errors.filter(({ keyword, instancePath }) => keyword === 'type' || !ofWrongType.has(instancePath));
  return [...new Set(shown.slice(0, MAX_MESSAGES).map((error) => messageOf(error, part)))];
};

const messageOf = ({ keyword, params, message, instancePath }: ErrorObject, part: string): string => {
  const field = instancePath.slice(1).replaceAll('/', '.');
  const inField = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (keyword) {
    case 'required':
      return `${inField(String(params.missingProperty))} is required.`;
    case 'additionalProperties':
      return unknownField(inField(fieldName(String(params.additionalProperty))));
    case 'pattern':
      return `${field} does not have the right form.`;
    case 'type':
      // A form is always an object.
      return field === '' && part === 'body' ? NOT_AN_OBJECT : `${field} must be ${typeName(params.type)}.`;
    default:
      return `${field === '' ? `The ${part}` : field} ${RULE_MESSAGES[keyword]?.(params) ?? message ?? 'is not valid'}.`;
  }
};

type Params = Readonly<Record<string, unknown>>;

const atLeast = (what: string) => (params: Params) => `must have at least ${counted(params.limit, what)}`;
const atMost = (what: string) => (params: Params) => `must have at most ${counted(params.limit, what)}`;
const counted = (count: unknown, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** In place of the library's messages, which are for programmers: "must NOT have fewer than 1 properties". */
const RULE_MESSAGES: Readonly<Record<string, (params: Params) => string>> = {
  enum: ({ allowedValues }) => `must be one of ${[allowedValues].flat().join(', ')}`,
  maxItems: ({ limit }) => `must have at most ${limit} entries`,
  maxLength: atMost('character'),
  maximum: ({ limit }) => `must be at most ${limit}`,
  minItems: ({ limit }) => `must have at least ${limit} entries`,
  minLength: atLeast('character'),
  minProperties: atLeast('field'),
  minimum: ({ limit }) => `must be at least ${limit}`,
  uniqueItems: () => 'must not hold the same twice',
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

const typeName = (type: unknown): string =>
  [type]
    .flat()
    .map((name) => TYPE_NAMES[String(name)] ?? String(name))
    .join(' or ');
