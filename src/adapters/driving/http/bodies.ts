import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayBeLeftOut } from './optional-body.ts';
import { RequestError } from './request-error.ts';
import { parseStrictForm } from './strict-form.ts';
import { parseStrictJson } from './strict-json.ts';

const CHARSETS = /;\s*charset\s*=\s*"?([^";]*)"?/gi;

/** JSON and forms in UTF-8, nothing else; a route that wants no body does not look at one. */
export const acceptBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  const parsers = { 'application/json': parseStrictJson, 'application/x-www-form-urlencoded': parseStrictForm };
  for (const [mediaType, parse] of Object.entries(parsers)) {
    app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
      mustBePlainUtf8(request);
      return parse(body);
    });
  }
  // Fastify looks for a schema of the body's media type, and where there is none it lets the body in unseen.
  app.addHook('preValidation', async (request) => {
    const { body, mediaType, routeOptions } = request;
    const { content } = (routeOptions.schema?.body ?? {}) as { content?: Parameters<typeof mayBeLeftOut>[0] };
    if (content === undefined) return;
    if (body === undefined) {
      if (!mayBeLeftOut(content)) throw new RequestError('request.invalid', 'The body is missing.');
      request.body = {};
      return;
    }
    if (!Object.hasOwn(content, mediaType ?? '')) {
      const sentence = `The body must be ${Object.keys(content).join(' or ')}.`;
      throw new RequestError('request.unsupported-media-type', sentence);
    }
  });
};

const mustBePlainUtf8 = ({ headers }: FastifyRequest): void => {
  const charsets = [...(headers['content-type'] ?? '').matchAll(CHARSETS)];
  if (charsets.some(([, charset = '']) => charset.trim().toLowerCase() !== 'utf-8')) {
    throw new RequestError('request.unsupported-media-type', 'The body must be in UTF-8.');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new RequestError('request.unsupported-media-type', 'The body must not be compressed.');
  }
};
