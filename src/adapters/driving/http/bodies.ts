import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './request-error.ts';
import { parseStrictForm } from './strict-form.ts';
import { parseStrictJson } from './strict-json.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every field may be left out, so the whole body may: it is then read as an empty one. */
    bodyIsOptional?: boolean;
  }
}

const PARAMETERS = /;\s*charset\s*=\s*"?([^";]*)"?/i;

/** JSON and forms in UTF-8, nothing else; a route that wants no body does not look at one. */
export const acceptBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    mustBePlainUtf8(request);
    return parseStrictJson(body);
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      mustBePlainUtf8(request);
      return parseStrictForm(body);
    },
  );
  // A missing body is told apart from a body of the wrong kind before any schema looks at it.
  app.addHook('preValidation', async (request) => {
    if (request.body !== undefined || request.routeOptions.schema?.body === undefined) return;
    if (request.routeOptions.config.bodyIsOptional !== true) {
      throw new RequestError('request.invalid', 'The body is missing.');
    }
    request.body = {};
  });
};

const mustBePlainUtf8 = ({ headers }: FastifyRequest): void => {
  const charset = PARAMETERS.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.trim().toLowerCase() !== 'utf-8') {
    throw new RequestError('request.unsupported-media-type', 'The body must be in UTF-8.');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new RequestError('request.unsupported-media-type', 'The body must not be compressed.');
  }
};
