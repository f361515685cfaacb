import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { RequestError } from './request-error.ts';

/** Telling of more faults than this helps nobody. */
const MOST_SENTENCES = 20;

const COMMON = {
  allErrors: true,
  useDefaults: false,
  removeAdditional: false,
  strict: true,
  validateFormats: false,
} as const;

/**
 * Nothing is bent to fit: a number in quotes is no number, and an unknown field is a fault. Only query strings and
 * paths, where everything is text, have their whole numbers read. A schema is compiled when it is first needed.
 */
export const validatorCompiler = (): FastifySchemaCompiler<object> => {
  const exact = new Ajv({ ...COMMON, coerceTypes: false });
  const reading = new Ajv({ ...COMMON, coerceTypes: true });
  return ({ schema, httpPart }) => {
    const ajv = httpPart === 'querystring' || httpPart === 'params' ? reading : exact;
    let validate: ValidateFunction | undefined;
    return (value: unknown) => {
      validate ??= ajv.compile(schema);
      if (validate(value)) return { value };
      return { error: new RequestError('request.invalid', sentencesOf(validate.errors ?? [], httpPart ?? 'body')) };
    };
  };
};

const sentencesOf = (errors: readonly ErrorObject[], part: string): string[] => [
  ...new Set(errors.slice(0, MOST_SENTENCES).map((error) => sentenceOf(error, part))),
];

const sentenceOf = ({ keyword, params, message, instancePath }: ErrorObject, part: string): string => {
  const field = instancePath.slice(1).replaceAll('/', '.');
  const inField = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (keyword) {
    case 'required':
      return `${inField(String(params.missingProperty))} is required.`;
    case 'additionalProperties':
      return `${inField(String(params.additionalProperty).slice(0, 60))} is not a field of this request.`;
    case 'type':
      return field === '' && part === 'body'
        ? 'The body must be a JSON object or a form.'
        : `${field} must be ${spokenType(params.type)}.`;
    default:
      return `${field === '' ? `The ${part}` : field} ${message ?? 'is not valid'}.`;
  }
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
