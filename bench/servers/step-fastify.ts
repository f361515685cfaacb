import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';
import { SECURITY_HEADERS } from '../../src/adapters/driving/http/security/headers.ts';
import { BatchedResponse } from '../../src/adapters/driving/http/server/batched-response.ts';
import { ROUTES } from './bare-routes.ts';

/**
 * A program: bare Fastify on its way to Guildhall. It sends our headers with an id of each request and, as we do, all
 * answers of a turn together; with a store it also looks the session up by the hash of its token and throws away what it
 * finds. What a step costs is what it takes more than the one before.
 *
 * Arguments: port, file with the answer to `GET /profile`, and perhaps the file of a store.
 */
const [port = '', file = '', store = ''] = process.argv.slice(2);

const LOOK_UP = `select s.*, (select email from users where users.id = s.user_id) as email
  from sessions s where token_hash = ?`;

const answer = JSON.parse(readFileSync(file, 'utf8'));
const { profile } = ROUTES;
if (profile === undefined) throw new Error('There is no route for a profile');

const app = fastify({
  genReqId: () => randomUUID(),
  serverFactory: (handle) => createServer({ ServerResponse: BatchedResponse }, handle),
});
app.addHook('onRequest', (request, reply, done) => {
  reply.headers(SECURITY_HEADERS);
  reply.header('x-request-id', request.id);
  done();
});
const lookUp = store === '' ? () => true : lookingUpIn(store);
app.route({
  ...profile,
  handler: async ({ headers: { cookie = '' } }, reply) => (lookUp(cookie) ? answer : reply.callNotFound()),
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });

function lookingUpIn(path: string): (cookie: string) => boolean {
  const question = new Database(path, { readonly: true }).prepare(LOOK_UP);
  return (cookie) => question.get(hash('sha256', cookie.slice(cookie.indexOf('=') + 1))) !== undefined;
}
