import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';
import { BatchedResponse } from '../../src/adapters/driving/http/server/batched-response.ts';
import { ROUTES } from './bare-routes.ts';

/**
 * Program: bare Fastify with some parts of Guildhall: its headers, a request id and batched responses; with a store also
 * the look-up of the session by the hash of its token. The difference to the previous step is the cost of that step.
 *
 * Arguments: port, file with the response to `GET /profile`, and optionally the file of a store.
 */
const [port = '', file = '', store = ''] = process.argv.slice(2);

const LOOK_UP = `select s.*, (select email from users where users.id = s.user_id) as email
  from sessions s where token_hash = ?`;

const response = JSON.parse(readFileSync(file, 'utf8'));
const { profile } = ROUTES;
if (profile === undefined) throw new Error('There is no route for a profile');

const app = fastify({
  genReqId: () => randomUUID(),
  serverFactory: (handle) => createServer({ ServerResponse: BatchedResponse }, handle),
});
// The response itself adds the constant headers, as in Guildhall.
app.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id);
  done();
});
const lookUp = store === '' ? () => true : lookingUpIn(store);
app.route({
  ...profile,
  handler: async ({ headers: { cookie = '' } }, reply) => (lookUp(cookie) ? response : reply.callNotFound()),
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });

function lookingUpIn(path: string): (cookie: string) => boolean {
  const statement = new Database(path, { readonly: true }).prepare(LOOK_UP);
  return (cookie) => statement.get(hash('sha256', cookie.slice(cookie.indexOf('=') + 1))) !== undefined;
}
