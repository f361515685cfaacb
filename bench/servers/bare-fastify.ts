import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import { ROUTES } from './bare-routes.ts';

/**
 * A program: the limit. Fastify and nothing else answers one route with what is in a file, through a response schema
 * of the same shape, and checks the same body. No log, no store, no header of its own.
 *
 * Arguments: port, kind of answer, file with the answer. `--stringify` as the last: `JSON.stringify` in place of the
 * response schema.
 */
const [port = '', kind = '', file = '', serializer] = process.argv.slice(2);

const route = ROUTES[kind];
if (route === undefined) throw new Error(`No route for ${kind}`);
const answer = JSON.parse(readFileSync(file, 'utf8'));

const app = fastify();
app.route({
  ...route,
  schema: serializer === '--stringify' ? { body: route.schema.body } : route.schema,
  handler: async () => answer,
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });
