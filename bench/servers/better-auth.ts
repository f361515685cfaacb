import { writeFileSync } from 'node:fs';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';

/**
 * Program: the peer. Better Auth with default settings, on better-sqlite3, behind Fastify. Only its rate limit is off,
 * which would reject the fourth log-in within ten seconds. Registers users, writes their cookies into a file, and then
 * listens. Arguments: port, file of the database, file for the cookies, password, number of users.
 */
const [port = '', file = '', cookiesFile = '', password = '', users = ''] = process.argv.slice(2);

const database = new Database(file);
database.pragma('journal_mode = WAL');
const baseURL = `http://127.0.0.1:${port}`;
const auth = betterAuth({
  baseURL,
  secret: 'secret-of-a-local-benchmark-0123456789abcdef',
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
});
await (await getMigrations(auth.options)).runMigrations();

const app = fastify();
const handler = toNodeHandler(auth);
// Better Auth reads the body itself.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.all('/api/auth/*', async (request, reply) => {
    reply.hijack();
    await handler(request.raw, reply.raw);
  });
});
app.get(
  '/profile',
  { schema: { response: { 200: { type: 'object', properties: { email: { type: 'string' } } } } } },
  async (request, reply) => {
    const found = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (found === null) return reply.callNotFound();
    return { email: found.user.email };
  },
);
app.get('/_health', async () => ({ status: 'OK' }));

const cookies: string[] = [];
for (let nth = 0; nth < Number(users); nth += 1) {
  const response = await auth.handler(
    new Request(`${baseURL}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: baseURL },
      body: JSON.stringify({ email: `peer${nth}@example.com`, password, name: `Peer ${nth}` }),
    }),
  );
  if (response.status !== 200) throw new Error(`Registration failed: ${response.status} ${await response.text()}`);
  cookies.push(
    response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  );
}
writeFileSync(cookiesFile, JSON.stringify(cookies));
await app.listen({ host: '127.0.0.1', port: Number(port) });
