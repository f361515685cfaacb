import { parse as parseQuery } from 'fast-querystring';
import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify';
import { fieldName, MAX_MESSAGES, NOT_AN_OBJECT, RequestError, unknownField } from '../errors/request-error.ts';
import { parseStrictJson } from './strict-json.ts';

type Content = Readonly<Record<string, { schema?: { required?: readonly string[]; minProperties?: number } }>>;

/** A body may be omitted where each of its fields may be; it then counts as an empty object. */
export const isBodyOptional = (content: Content): boolean =>
  Object.values(content).every(({ schema = {} }) => (schema.required ?? []).length + (schema.minProperties ?? 0) === 0);

/** Accepts JSON and forms in UTF-8 and nothing else. A route of the API without a body takes an empty object. */
export const acceptBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  const parsers = { 'application/json': parseStrictJson, 'application/x-www-form-urlencoded': parseStrictForm };
  for (const [mediaType, parse] of Object.entries(parsers)) {
    app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
      let value: unknown;
      try {
        assertPlainUtf8(request);
        value = parse(decodeUtf8(body));
      } catch (error) {
        return done(error as Error);
      }
      done(null, value);
    });
  }
  // Fastify validates a body by the schema of its media type, and skips validation where there is no such schema.
  app.addHook('onRoute', (route) => {
    const { body, operationId } = route.schema ?? {};
    const { content } = (body ?? {}) as { content?: Content };
    const accept = content === undefined ? acceptNoFields : acceptOnly(content);
    // Pages read their forms themselves, and the body of a GET is not parsed.
    const isOfApi = operationId !== undefined && route.method !== 'GET' && route.method !== 'HEAD';
    if (content !== undefined || isOfApi) {
      route.preValidation = [[route.preValidation ?? []].flat(), accept].flat();
    }
  });
};

const acceptOnly = (content: Content): preValidationHookHandler => {
  const isOptional = isBodyOptional(content);
  const message = mediaTypeMessage(Object.keys(content));
  return (request, _, done) => {
    const { body, mediaType } = request;
    if (body === undefined) {
      if (!isOptional) throw new RequestError('request.invalid', 'The body is missing.');
      request.body = {};
    } else if (!Object.hasOwn(content, mediaType ?? '')) {
      throw new RequestError('request.unsupported-media-type', message);
    }
    done();
  };
};

const acceptNoFields: preValidationHookHandler = ({ body }, _, done) => {
  if (body === undefined) return done();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestError('request.invalid', NOT_AN_OBJECT);
  }
  const fields = Object.keys(body).slice(0, MAX_MESSAGES);
  if (fields.length === 0) return done();
  throw new RequestError(
    'request.invalid',
    fields.map((field) => unknownField(fieldName(field))),
  );
};

export const mediaTypeMessage = (mediaTypes: readonly string[]): string =>
  `The body must be ${mediaTypes.join(' or ')}.`;

const CHARSETS = /;\s*charset\s*=\s*"?([^";]*)"?/gi;

/** The labels of UTF-8 that clients use (WHATWG Encoding). */
const UTF_8 = new Set(['utf-8', 'utf8']);

const assertPlainUtf8 = ({ headers }: FastifyRequest): void => {
  const contentType = headers['content-type'] ?? '';
  const charsets = contentType.includes(';') ? [...contentType.matchAll(CHARSETS)] : [];
  if (!charsets.every(([, charset = '']) => UTF_8.has(charset.trim().toLowerCase()))) {
    throw new RequestError('request.unsupported-media-type', 'The body must be in UTF-8.');
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new RequestError('request.unsupported-media-type', 'The body must not be compressed.');
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes without replacing ill-formed bytes by U+FFFD and without dropping a byte order mark. */
const decodeUtf8 = (body: Buffer): string => {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The body is not UTF-8.', { cause });
  }
  if (text.startsWith('\uFEFF')) throw new RequestError('request.invalid', 'The body begins with a byte order mark.');
  return text;
};

/** Parses `application/x-www-form-urlencoded` and rejects a field that occurs twice. */
const parseStrictForm = (text: string): Readonly<Record<string, string>> => {
  try {
    decodeURIComponent(text);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The form is not percent-encoded UTF-8.', { cause });
  }
  const form = parseQuery(text);
  const repeated = Object.keys(form).filter((field) => Array.isArray(form[field]));
  if (repeated.length > 0) {
    const messages = repeated.slice(0, MAX_MESSAGES).map((field) => `${fieldName(field)} is there more than once.`);
    throw new RequestError('request.invalid', messages);
  }
  // Its prototype is null: a field named `__proto__` is a field like any other, and rejected as unknown.
  return form as Record<string, string>;
};
