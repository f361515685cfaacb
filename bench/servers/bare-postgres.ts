import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FastifyRequest, fastify } from 'fastify';
import pg from 'pg';
import { ROUTES } from './bare-routes.ts';

/**
 * Program: the upper limit on Postgres. Fastify and one prepared query of `pg`; the rows are discarded, and the response
 * is the content of a file. Arguments: port, kind of response, file with the response, address of the database,
 * connections, and optionally `--our-query`: the query of Guildhall, with all columns of a session, or in a transaction.
 */
const [port = '', kind = '', file = '', connectionString = '', size = '', change = ''] = process.argv.slice(2);
const usesOurQuery = change === '--our-query';

type Query = Readonly<{ text: string; valuesOf: (request: FastifyRequest) => unknown[] }>;

/** Part of the new ids, because other processes insert users too. */
let created = 0;
const prefix = String(process.pid).padStart(8, '0');

const QUERIES: Readonly<Record<string, Query>> = {
  profile: {
    text: usesOurQuery
      ? 'select s.*, (select email from users where users.id = s.user_id) as email from sessions s where s.token_hash = $1'
      : 'select u.email from sessions s join users u on u.id = s.user_id where s.token_hash = $1',
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
      created += 1;
      const id = `${prefix}-ffff-7fff-bfff-${String(created).padStart(12, '0')}`;
      return [id, `bare.${prefix}.${(body as { email: string }).email}`, new Date().toISOString()];
    },
  },
};

const [route, query] = [ROUTES[kind], QUERIES[kind]];
if (route === undefined || query === undefined) throw new Error(`No route for ${kind}`);
const response = JSON.parse(readFileSync(file, 'utf8'));
const pool = new pg.Pool({ connectionString, max: Number(size) });
const isRead = query.text.startsWith('select');

const inTransaction = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await client.query(statement);
    await client.query('commit');
    return result;
  } finally {
    client.release();
  }
};
const execute = usesOurQuery && !isRead ? inTransaction : (statement: pg.QueryConfig) => pool.query(statement);

const app = fastify();
app.route({
  ...route,
  handler: async (request, reply) => {
    const { rowCount } = await execute({ name: kind, text: query.text, values: query.valuesOf(request) });
    if (rowCount === 0) return reply.callNotFound();
    return reply.code(isRead ? 200 : 201).send(response);
  },
});
app.get('/_health', async () => ({ status: 'OK' }));
await app.listen({ host: '127.0.0.1', port: Number(port) });
