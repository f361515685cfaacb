import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';
import { mayBeLeftOut } from '../request/optional-body.ts';
import { ICON } from '../resources/system/icon.ts';
import { PAGE_POLICY } from '../security/headers.ts';

const DESCRIPTION = `Accounts and licenses for people who sell software to developers, self-hosted.

Errors are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems; decide on \`code\`. Times are UTC in whole
seconds. Lists are bare arrays; their next page is in the \`Link\` header. Log in with \`POST /sessions\`: the cookie it
sets is your session, and its value may be sent as \`Authorization: Bearer\` instead.`;

/** The document comes from the very schemas that the server enforces, so it cannot say anything else. */
export const describeApi = async (app: FastifyInstance, options: { cookieName: string; version: string }) => {
  await app.register(swagger, {
    transformObject: (document) =>
      'openapiObject' in document ? withOptionalBodies(document.openapiObject) : document.swaggerObject,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Guildhall',
        version: options.version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server' }],
      tags: [
        { name: 'accounts', description: 'Register, log in, log out, reset' },
        { name: 'users', description: 'Records of people' },
        { name: 'licenses', description: 'Issue, validate, activate, work offline' },
        { name: 'passwords', description: 'Make one up, or read how varied one is' },
        { name: 'developer pairs', description: 'Are two developers connected on Twitter and GitHub?' },
        { name: 'system', description: 'Is it well?' },
      ],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: options.cookieName, description: 'Set by logging in' },
          bearer: { type: 'http', scheme: 'bearer', description: 'A session token, or the administrator’s key' },
          licenseKey: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: '`License <key>`: an application that acts for its license',
          },
        },
      },
    },
  });
};

/** The generator calls every body required; the server does not. */
const withOptionalBodies = <T extends { paths?: object | undefined }>(document: T): T => {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path as object));
  for (const { requestBody } of operations as { requestBody?: { required?: boolean; content: object } }[]) {
    if (requestBody !== undefined && mayBeLeftOut({ ...requestBody.content })) requestBody.required = false;
  }
  return document;
};

/** Swagger UI at `/docs`, ReDoc at `/redoc`, both from packages: nothing is asked of any other host. */
export const servePages = async (app: FastifyInstance): Promise<void> => {
  await app.register(async (pages) => {
    pages.addHook('onSend', async (_, reply) => mendHeaders(reply));
    pages.addHook('onRoute', servePrepared);
    await pages.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { validatorUrl: null, persistAuthorization: false, tryItOutEnabled: true, docExpansion: 'list' },
      logo: ICON,
      theme: { title: 'Guildhall API', favicon: [{ ...ICON, filename: 'icon.svg', rel: 'icon', sizes: 'any' }] },
    });

    pages.get('/redoc', { schema: { hide: true } }, async (_, reply) =>
      reply.type('text/html; charset=utf-8').send(REDOC_PAGE),
    );

    pages.get('/redoc/icon.svg', { schema: { hide: true } }, async (_, reply) =>
      reply.type(`${ICON.type}; charset=utf-8`).send(ICON.content),
    );

    let bundle: Promise<Buffer> | undefined;
    pages.get('/redoc/redoc.standalone.js', { schema: { hide: true } }, async (_, reply) => {
      bundle ??= readRedoc();
      const script = await bundle;
      return reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(script);
    });
  });
};

/**
 * The document is a quarter of a megabyte: written anew for each who asks, it would take milliseconds, and memory for as
 * long as somebody does not read it. So all get the same bytes, written when the first one asks.
 */
const servePrepared = (route: RouteOptions & { path: string }): void => {
  const asYaml = { '/docs/json': false, '/docs/yaml': true }[route.path];
  if (asYaml === undefined) return;
  let prepared: Buffer | undefined;
  route.handler = async function (_, reply) {
    prepared ??= Buffer.from(asYaml ? this.swagger({ yaml: true }) : JSON.stringify(this.swagger()));
    return reply.type(asYaml ? 'application/x-yaml' : 'application/json; charset=utf-8').send(prepared);
  };
};

/** Pages may run the scripts they came with. What is served beside them stays data, and says its character set. */
const mendHeaders = (reply: FastifyReply): void => {
  const type = String(reply.getHeader('content-type') ?? '');
  if (type.startsWith('text/html')) reply.header('content-security-policy', PAGE_POLICY);
  if (/(?:xml|yaml)$/.test(type)) reply.type(`${type}; charset=utf-8`);
};

/** Its one picture would come from its maker's server. */
const readRedoc = async (): Promise<Buffer> => {
  const script = await readFile(createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  return Buffer.from(script.replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,'));
};

const REDOC_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Guildhall API</title>
    <link rel="icon" type="image/svg+xml" href="/redoc/icon.svg">
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="/docs/json" disable-search="true" hide-loading="true"></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;
