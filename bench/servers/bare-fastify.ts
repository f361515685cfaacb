import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import { ROUTES } from './bare-routes.ts';

/**
 * Program: the upper limit. Bare Fastify serves one route with the content of a file, through a response schema of the
 * same shape, and validates the same body. No log, no store, no headers.
 *
 * Arguments: port, kind of response, file with the response. With `--stringify` as the last, `JSON.stringify` replaces
 * the response schema. A page is sent as it is.
 */
const [port = '', kind = '', file = '', serializer] = process.argv.slice(2);

const route = ROUTES[kind];
if (route === undefined) throw new Error(`No route for ${kind}`);
const text = readFileSync(file, 'utf8');
const response = kind === 'page' ? text : JSON.parse(text);

const app = fastify();
app.route({
  ...route,
  schema: serializer === '--stringify' ? { body: route.schema.body } : route.schema,
  handler:
    kind === 'page' ? async (_, reply) => reply.type('text/html; charset=utf-8').send(response) : async () => response,
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });
