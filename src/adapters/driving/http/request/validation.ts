import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { MAX_ERRORS, RequestError } from '../errors/request-error.ts';
import { nameOf } from './name-of.ts';

const OPTIONS = {
  allErrors: true,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  strict: true,
  allowUnionTypes: true,
  validateFormats: false,
} as const;

/** A keyword of our schemas that states what the domain checks; see `domainRule`. Nothing is checked by it here. */
export const DOMAIN_RULE = 'x-domain-rule';

type Schema = { properties?: Readonly<Record<string, { type?: unknown }>> };

/**
 * Nothing is bent to fit: a number in quotes is no number, and an unknown field is a fault. Only query strings, where
 * everything is text, have their whole numbers read. A schema is compiled when it is first needed.
 */
export const validatorCompiler = (): FastifySchemaCompiler<Schema> => {
  const ajv = new Ajv({ ...OPTIONS, keywords: [DOMAIN_RULE] });
  return ({ schema, httpPart }) => {
    let validate: ValidateFunction | undefined;
    const hasNumbers = httpPart === 'querystring' && hasWholeNumbers(schema);
    return (received: unknown) => {
      validate ??= ajv.compile(schema);
      const value = hasNumbers ? withNumbersRead(received, schema) : received;
      if (validate(value)) return { value };
      return { error: new RequestError('request.invalid', sentencesOf(validate.errors ?? [], httpPart ?? 'body')) };
    };
  };
};

const hasWholeNumbers = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).some(({ type }) => type === 'integer');

const withNumbersRead = (query: unknown, { properties = {} }: Schema): unknown =>
  Object.fromEntries(
    Object.entries(query as Record<string, unknown>).map(([name, text]) => [
      name,
      properties[name]?.type === 'integer' && typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text,
    ]),
  );

const sentencesOf = (errors: readonly ErrorObject[], part: string): string[] => [
  ...new Set(errors.slice(0, MAX_ERRORS).map((error) => sentenceOf(error, part))),
];

const sentenceOf = ({ keyword, params, message, instancePath }: ErrorObject, part: string): string => {
  const field = instancePath.slice(1).replaceAll('/', '.');
  const inField = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (keyword) {
    case 'required':
      return `${inField(String(params.missingProperty))} is required.`;
    case 'additionalProperties':
      return `${inField(nameOf(String(params.additionalProperty)))} is not a field of this request.`;
    case 'pattern':
      return `${field} does not have the right form.`;
    case 'type':
      // A form is always an object.
      return field === '' && part === 'body'
        ? 'The body must be a JSON object.'
        : `${field} must be ${spokenType(params.type)}.`;
    default:
      return `${field === '' ? `The ${part}` : field} ${SPOKEN_RULES[keyword]?.(params) ?? message ?? 'is not valid'}.`;
  }
};

type Params = Readonly<Record<string, unknown>>;

const atLeast = (what: string) => (params: Params) => `must have at least ${counted(params.limit, what)}`;
const atMost = (what: string) => (params: Params) => `must have at most ${counted(params.limit, what)}`;
const counted = (count: unknown, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The library speaks to programmers: "must NOT have fewer than 1 properties". */
const SPOKEN_RULES: Readonly<Record<string, (params: Params) => string>> = {
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

const SPOKEN_TYPES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

const spokenType = (type: unknown): string =>
  [type]
    .flat()
    .map((name) => SPOKEN_TYPES[String(name)] ?? String(name))
    .join(' or ');
