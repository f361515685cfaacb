import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type {} from '@fastify/swagger'; // describes FastifyInstance.swagger() and FastifySchema.hide
import { type FastifyInstance, type FastifyReply, fastify, type RouteOptions } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { Assets } from '../request/assets.ts';
import { isBodyOptional } from '../request/bodies.ts';
import { ROUTER_OPTIONS } from '../request/routing.ts';
import { DOMAIN_RULE } from '../request/validation.ts';
import { DOCS_POLICY } from '../security/headers.ts';

/** The icon of Swagger UI and ReDoc, served from here and not from a vendor's host. */
export const ICON = {
  type: 'image/svg+xml',
  content:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 2 2 12h28z" fill="#7a4b2a"/><path d="M5 14h4v12H5zm9 0h4v12h-4zm9 0h4v12h-4zM3 27h26v3H3z" fill="#3b3a36"/></svg>',
} as const;

const DESCRIPTION = `Accounts and licenses for people who sell software to developers, self-hosted.

Errors are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems; base decisions on \`code\`. Times are UTC in
whole seconds. Lists are bare arrays; the \`Link\` header links to the next page. \`POST /sessions\` logs in and sets the
session cookie; its value may be sent as \`Authorization: Bearer\` instead, and so may an API token.`;

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns an app with the OpenAPI document (`swagger()`) and Swagger UI at `/docs`, for requests that are injected. */
    documentation(): Promise<FastifyInstance>;
  }
}

type DocumentOptions = Readonly<{ cookieName: string; version: string; basePath: string }>;
type DocumentedRoute = Pick<RouteOptions, 'method' | 'url' | 'schema'>;

/**
 * Generates the OpenAPI document from the schemas that the server enforces. The packages for it and for Swagger UI want to
 * be there when routes are added, so they get an app of their own with the same routes, when it is first needed.
 *
 * perf: in the app itself they take a tenth of the CPU time of a start.
 */
export const describeApi = (app: FastifyInstance, options: DocumentOptions): void => {
  const routes: DocumentedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    const isDocumented = method !== 'HEAD' && schema !== undefined && schema.hide !== true;
    if (isDocumented) routes.push({ method, url, schema });
  });
  let opened: Promise<FastifyInstance> | undefined;
  app.decorate('documentation', () => {
    // A failed load is tried again at the next use.
    opened ??= openDocumentation(routes, options).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  });
};

const openDocumentation = async (
  routes: readonly DocumentedRoute[],
  options: DocumentOptions,
): Promise<FastifyInstance> => {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const app = fastify({ routerOptions: ROUTER_OPTIONS, exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (response) => JSON.stringify(response));
  await app.register(swagger, {
    transformObject: (document) =>
      'openapiObject' in document ? withComponents(withOptionalBodies(document.openapiObject)) : document.swaggerObject,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Guildhall',
        version: options.version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: options.basePath || '/', description: 'This server' }],
      tags: [
        { name: 'accounts', description: 'Registration, log-in, log-out, password reset' },
        { name: 'users', description: 'Records of users' },
        { name: 'staff', description: 'People with a role' },
        { name: 'audit log', description: 'Which caller changed what, in a chain of hashes' },
        { name: 'tokens', description: 'Credentials of programs' },
        { name: 'licenses', description: 'Issue, validation, activation, offline use' },
        { name: 'passwords', description: 'Generate and rate passwords' },
        { name: 'developer pairs', description: 'Connections of two developers on Twitter and GitHub' },
        { name: 'system', description: 'Probes and metrics' },
      ],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: options.cookieName, description: 'Set by `POST /sessions`' },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A session token, an API token or the administrator’s key',
          },
          licenseKey: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: '`License <key>`: an application authenticates with its license key',
          },
        },
      },
    },
  });
  for (const route of routes) app.route({ ...route, handler: () => {} });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: options.basePath,
    uiConfig: { validatorUrl: null, persistAuthorization: false, tryItOutEnabled: true, docExpansion: 'list' },
    logo: ICON,
    theme: { title: 'Guildhall API', favicon: [{ ...ICON, filename: 'icon.svg', rel: 'icon', sizes: 'any' }] },
  });
  await app.ready();
  return app;
};

/** The generator marks every body as required; the server does not require a body without required fields. */
const withOptionalBodies = <T extends { paths?: object | undefined }>(document: T): T => {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path as object));
  for (const { requestBody } of operations as { requestBody?: { required?: boolean; content: object } }[]) {
    if (requestBody !== undefined && isBodyOptional({ ...requestBody.content })) requestBody.required = false;
  }
  return document;
};

/**
 * Moves every schema with a title to `components.schemas` under that name, and adds the bounds of the domain to the
 * schemas that state them.
 */
const withComponents = <T extends { paths?: object | undefined; components?: object | undefined }>(document: T): T => {
  const schemas: Record<string, object> = {};
  const convert = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(convert);
    if (typeof node !== 'object' || node === null) return node;
    const converted = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, convert(value)]));
    const { [DOMAIN_RULE]: rule, ...schema } = converted;
    Object.assign(schema, rule);
    // A property may be named `title`: then it is a schema.
    if (typeof schema.title !== 'string') return schema;
    schemas[schema.title] = schema;
    return { $ref: `#/components/schemas/${schema.title}` };
  };
  return { ...document, paths: convert(document.paths), components: { ...document.components, schemas } };
};

const HIDDEN = { schema: { hide: true } };

/** Serves Swagger UI at `/docs` and ReDoc at `/redoc`, both from packages: no other host is contacted. */
export const serveDocs = async (app: FastifyInstance, basePath: string): Promise<void> => {
  const assets = new Assets();
  await app.register(async (docs) => {
    docs.addHook('onSend', async (_, reply) => adjustHeaders(reply));
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, cors: false };
    });

    for (const path of ['', '/static/swagger-initializer.js', '/static/theme/icon.svg']) {
      docs.get(`/docs${path}`, HIDDEN, async ({ server, url }, reply) => {
        const documentation = await server.documentation();
        const { statusCode, headers, rawPayload } = await documentation.inject(url);
        const { 'content-type': type } = headers;
        if (type !== undefined) reply.type(type);
        return reply.code(statusCode).send(rawPayload);
      });
    }

    docs.get('/docs/static/index.html', HIDDEN, (_, reply) => reply.redirect('/docs/'));

    docs.get('/docs/json', HIDDEN, (request, reply) =>
      assets.send(request, reply, {
        name: 'openapi.json',
        load: async () => JSON.stringify((await request.server.documentation()).swagger()),
        cacheControl: 'no-store',
      }),
    );

    docs.get('/docs/yaml', HIDDEN, (request, reply) =>
      assets.send(request, reply, {
        name: 'openapi.yaml',
        load: async () => (await request.server.documentation()).swagger({ yaml: true }),
        cacheControl: 'no-store',
      }),
    );

    docs.get<{ Params: { '*': string } }>('/docs/static/*', HIDDEN, (request, reply) => {
      const { '*': name } = request.params;
      if (!SWAGGER_UI_FILES.has(name)) throw new RequestError('request.not-found', 'There is nothing at this path.');
      const load = () => readFile(join(SWAGGER_UI, name));
      return assets.send(request, reply, { name, load, cacheControl: CACHEABLE });
    });

    docs.get('/redoc', HIDDEN, async (_, reply) => reply.type('text/html; charset=utf-8').send(redocPage(basePath)));

    docs.get('/redoc/icon.svg', HIDDEN, async (_, reply) =>
      reply.type(`${ICON.type}; charset=utf-8`).send(ICON.content),
    );

    docs.get('/redoc/redoc.standalone.js', HIDDEN, (request, reply) =>
      assets.send(request, reply, { name: 'redoc.js', load: readRedoc, cacheControl: CACHEABLE }),
    );
  });
};

const CACHEABLE = 'public, max-age=3600';

const SWAGGER_UI = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');

const SWAGGER_UI_FILES = new Set([
  'index.css',
  'oauth2-redirect.html',
  'oauth2-redirect.js',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'swagger-ui.css',
]);

/** Allows Swagger UI and ReDoc to run their own scripts, and adds the character set to their data. */
const adjustHeaders = (reply: FastifyReply): void => {
  const type = String(reply.getHeader('content-type') ?? '');
  if (type.startsWith('text/html')) reply.header('content-security-policy', DOCS_POLICY);
  if (/xml$/.test(type)) reply.type(`${type}; charset=utf-8`);
};

/** Without its logo, which it would load from the vendor's host. */
const readRedoc = async (): Promise<string> => {
  const script = await readFile(createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  return script.replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,');
};

const redocPage = (basePath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Guildhall API</title>
    <link rel="icon" type="image/svg+xml" href="${basePath}/redoc/icon.svg">
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="${basePath}/docs/json" disable-search="true" hide-loading="true"></redoc>
    <script src="${basePath}/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;
