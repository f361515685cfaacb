import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { mayBeLeftOut } from './optional-body.ts';
import { parseStrictForm } from './strict-form.ts';
import { parseStrictJson } from './strict-json.ts';

const CHARSETS = /;\s*charset\s*=\s*"?([^";]*)"?/gi;

/** JSON and forms in UTF-8, nothing else; a route that wants no body does not look at one. */
export const acceptBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  const parsers = { 'application/json': parseStrictJson, 'application/x-www-form-urlencoded': parseStrictForm };
  for (const [mediaType, parse] of Object.entries(parsers)) {
    app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
      let value: unknown;
      try {
        mustBePlainUtf8(request);
        value = parse(body);
      } catch (error) {
        return done(error as Error);
      }
      done(null, value);
    });
  }
  // Fastify looks for a schema of the body's media type, and where there is none it lets the body in unseen.
  app.addHook('onRoute', (route) => {
    const { content } = (route.schema?.body ?? {}) as { content?: Content };
    if (content !== undefined) route.preValidation = [[route.preValidation ?? []].flat(), mustBeOneOf(content)].flat();
  });
};

type Content = Parameters<typeof mayBeLeftOut>[0];

const mustBeOneOf = (content: Content): preValidationHookHandler => {
  const isOptional = mayBeLeftOut(content);
  const sentence = mediaTypeSentence(Object.keys(content));
  return (request, _, done) => {
    const { body, mediaType } = request;
    if (body === undefined) {
      if (!isOptional) throw new RequestError('request.invalid', 'The body is missing.');
      request.body = {};
    } else if (!Object.hasOwn(content, mediaType ?? '')) {
      throw new RequestError('request.unsupported-media-type', sentence);
    }
    done();
  };
};

export const mediaTypeSentence = (mediaTypes: readonly string[]): string =>
  `The body must be ${mediaTypes.join(' or ')}.`;

const mustBePlainUtf8 = ({ headers }: FastifyRequest): void => {
  const contentType = headers['content-type'] ?? '';
  const charsets = contentType.includes(';') ? [...contentType.matchAll(CHARSETS)] : [];
  if (charsets.some(([, charset = '']) => charset.trim().toLowerCase() !== 'utf-8')) {
    throw new RequestError('request.unsupported-media-type', 'The body must be in UTF-8.');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new RequestError('request.unsupported-media-type', 'The body must not be compressed.');
  }
};
