import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FastifyRequest, fastify } from 'fastify';
import pg from 'pg';
import { ROUTES } from './bare-routes.ts';

/**
 * A program: the limit on Postgres. Fastify and one prepared query of `pg`; what is found is thrown away, and the answer
 * is what is in a file. Arguments: port, kind of answer, file with the answer, address of the database, connections.
 */
const [port = '', kind = '', file = '', connectionString = '', size = ''] = process.argv.slice(2);

type Query = Readonly<{ text: string; valuesOf: (request: FastifyRequest) => unknown[] }>;

let newcomers = 0;

const QUERIES: Readonly<Record<string, Query>> = {
  profile: {
    text: 'select u.email from sessions s join users u on u.id = s.user_id where s.token_hash = $1',
    valuesOf: ({ headers: { cookie = '' } }) => [hash('sha256', cookie.slice(cookie.indexOf('=') + 1))],
  },
  validate: {
    text: `select l.*, (select a.fingerprint from license_activations a where a.license_id = l.id and a.fingerprint = $2) as seat
      from licenses l where l.license_key = $1`,
    valuesOf: ({ body }) => {
      const { license_key: key, fingerprint } = body as Record<string, string>;
      return [key, fingerprint];
    },
  },
  users: {
    text: 'select id, email, name, age, created_at from users where id > $1 order by id limit 50',
    valuesOf: () => ['00000000-0000-0000-0000-000000000000'],
  },
  newUser: {
    text: 'insert into users (id, email, email_canonical, created_at, version) values ($1, $2, $2, $3, 1)',
    valuesOf: ({ body }) => {
      newcomers += 1;
      const id = `ffffffff-ffff-7fff-bfff-${String(newcomers).padStart(12, '0')}`;
      return [id, `bare.${(body as { email: string }).email}`, new Date().toISOString()];
    },
  },
};

const [route, query] = [ROUTES[kind], QUERIES[kind]];
if (route === undefined || query === undefined) throw new Error(`No route for ${kind}`);
const answer = JSON.parse(readFileSync(file, 'utf8'));
const pool = new pg.Pool({ connectionString, max: Number(size) });
const isRead = query.text.startsWith('select');

const app = fastify();
app.route({
  ...route,
  handler: async (request, reply) => {
    const { rowCount } = await pool.query({ name: kind, text: query.text, values: query.valuesOf(request) });
    if (rowCount === 0) return reply.callNotFound();
    return reply.code(isRead ? 200 : 201).send(answer);
  },
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });
