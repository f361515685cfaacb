import { join } from './people.ts';
import { answersIn, type RawAnswer, talk } from './raw-http.ts';
import { startTestApp, withProblems } from './test-app.ts';

export type Sample = Readonly<{ what: string; method: string; answer: RawAnswer }>;

const PARSER_ERRORS: Readonly<Record<string, string>> = {
  'bytes that are no HTTP (400)': 'GARBAGE\r\n\r\n',
  'no host (400)': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  'a strange expectation (400)': 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: x\r\n\r\n',
  'CONNECT (405)': 'CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'headers that do not come (408)': 'GET / HTTP/1.1\r\nHost',
  'headers that are too large (431)': `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
};

/** One answer of every status and every kind there is, as it goes over the wire. */
export const everyKindOfAnswer = async (): Promise<readonly Sample[]> => {
  let health: 'well' | 'ill' | 'broken' = 'well';
  await using app = await startTestApp({}, (container) => {
    withProblems(container, async () => {
      if (health === 'broken') throw new Error('select * from secrets failed at /src/secret.ts:1:1');
      return health === 'ill' ? ['The store does not answer.'] : [];
    });
  });
  app.app.server.headersTimeout = 500;
  (app.app.server as unknown as { connectionsCheckingInterval: number }).connectionsCheckingInterval = 50;
  const port = await app.listen();
  const { id, session, email, password } = await join(app);

  const samples: Sample[] = [];
  const keep = async (what: string, method: string, bytes: string) => {
    const [answer, ...more] = answersIn(await talk(port, bytes), method);
    if (answer === undefined || more.length > 0) throw new Error(`${what}: ${more.length} answers too many, or none`);
    samples.push({ what, method, answer });
    return answer;
  };
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') => {
    const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...length, ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return keep(`${method} ${path} ${body.slice(0, 40)}`, method, `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
  };
  const send = (method: string, path: string, json: unknown, headers: Record<string, string> = {}) =>
    ask(method, path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(json));

  for (const path of ['/', '/_health', '/_ready', '/metrics', '/users', '/docs/json', '/docs/yaml', '/nope', '/%zz']) {
    await ask('GET', path);
  }
  for (const file of [
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'swagger-initializer.js',
    'logo.svg',
    'index.html',
    'no',
  ]) {
    await ask('GET', `/docs/static/${file}`);
  }
  for (const path of ['/docs', '/docs/', '/redoc', '/redoc/redoc.standalone.js']) await ask('GET', path);
  const cookie = { Cookie: `session_id=${session}` };
  for (const path of ['/profile', '/sessions', `/users/${id}`]) await ask('GET', path, cookie);
  await ask('HEAD', '/_health');
  await ask('OPTIONS', '/users', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' });
  await ask('TRACE', '/');
  await ask('GET', '/profile');
  await ask('GET', '/sessions');
  await ask('DELETE', '/sessions');
  await ask('DELETE', '/sessions', { ...cookie, Origin: 'https://evil.example' });
  await send('POST', '/register', { email: 'eve@example.com', password: 'a harmless pass phrase', age: 33 });
  await send('POST', '/register', { email, password: 'a harmless pass phrase', age: 33 });
  await send('POST', '/register', { email: 'x', password: 'x', age: 3 });
  await send('POST', '/register', {});
  await ask('POST', '/register', { 'Content-Type': 'text/plain' }, 'hello');
  await send('POST', '/register', { long: 'a'.repeat(70_000) });
  await send('PATCH', `/users/${id}`, { name: 'Ada L.' }, cookie);
  await send('POST', '/reset_password', { email });
  await send('POST', '/sessions', { email, password });
  for (let attempt = 0; attempt < 11; attempt += 1)
    await send('POST', '/sessions', { email: 'no@example.com', password });
  await ask('DELETE', '/sessions', cookie);
  await ask('DELETE', `/users/${id}`);
  for (const [what, bytes] of Object.entries(PARSER_ERRORS)) await keep(what, 'GET', bytes);
  health = 'ill';
  await ask('GET', '/_ready');
  health = 'broken';
  await ask('GET', '/_ready');
  return samples;
};
