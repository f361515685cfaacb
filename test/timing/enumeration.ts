/**
 * `npm run timing`: the response of a route that must not reveal whether an address has an account is the same for both, in
 * status, body and time. Each route is asked in 2,000 pairs, one address with an account and one without, in random order.
 * The measure is the area under the ROC curve (AUC): the probability that the response to the one takes longer than that
 * to the other. 0.5 reveals nothing. Exits with 1 where it is outside of 0.47 to 0.53; fewer pairs would often miss that by
 * chance. It needs a machine that is not busy with something else.
 */
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';

const PAIRS = 2_000;
const WARM_UP = 100;
const [LEAST, MOST] = [0.47, 0.53];
const PASSWORD = 'a harmless pass phrase';

type Sample = Readonly<{ ms: number; status: number; body: string }>;
type Request = Readonly<{ method: 'POST' | 'PUT' | 'PATCH'; url: string; payload: object; session?: string }>;

const app = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, REGISTRATION: 'confirmed' });

let networks = 0;
/** Another network for each request, so that no limit is reached. */
const aNetwork = (): string => {
  networks += 1;
  return `10.${networks >> 16}.${(networks >> 8) & 255}.${networks & 255}`;
};

const send = async ({ method, url, payload, session }: Request): Promise<Sample> => {
  const headers = session === undefined ? {} : { cookie: `${app.cookieName}=${session}` };
  const remoteAddress = aNetwork();
  const start = performance.now();
  const { statusCode, body } = await app.app.inject({ method, url, payload, headers, remoteAddress });
  return { ms: performance.now() - start, status: statusCode, body };
};

const known = (n: number): string => `user${n}@example.com`;
const unknown = (n: number): string => `none${n}@example.com`;

const sessions: string[] = [];
const ids: string[] = [];
for (let n = 0; n < PAIRS + WARM_UP; n += 1) {
  const json = { email: known(n), password: PASSWORD };
  ids.push((await app.call('POST', '/users', { json, bearer: ADMIN_KEY })).json().id);
  sessions.push((await app.call('POST', '/sessions', { json, remoteAddress: aNetwork() })).session ?? '');
}

const TOKEN = 'x'.repeat(43);
/** `nth` counts over all requests, so that no address is asked for twice by one route. */
const routes: Readonly<Record<string, (email: string, nth: number) => Request>> = {
  'POST /register': (email) => ({ method: 'POST', url: '/register', payload: { email } }),
  'PUT /register': (email) => ({
    method: 'PUT',
    url: '/register',
    payload: { email, confirmation_token: TOKEN, password: PASSWORD, age: 36 },
  }),
  'POST /sessions': (email) => ({ method: 'POST', url: '/sessions', payload: { email, password: 'not the password' } }),
  'POST /reset_password': (email) => ({ method: 'POST', url: '/reset_password', payload: { email } }),
  'PUT /reset_password': (email) => ({
    method: 'PUT',
    url: '/reset_password',
    payload: { email, reset_token: TOKEN, new_password: PASSWORD },
  }),
  'PATCH /users/{id}': (email, nth) => ({
    method: 'PATCH',
    url: `/users/${ids[nth]}`,
    // Of another account, in each pair the same one.
    session: sessions[nth] ?? '',
    payload: { email, current_password: PASSWORD },
  }),
};

const auc = (ones: readonly number[], others: readonly number[]): number => {
  const all = [...ones.map((ms) => ({ ms, isOne: true })), ...others.map((ms) => ({ ms, isOne: false }))];
  all.sort((a, b) => a.ms - b.ms);
  let ranks = 0;
  for (const [index, { isOne }] of all.entries()) if (isOne) ranks += index + 1;
  return (ranks - (ones.length * (ones.length + 1)) / 2) / (ones.length * others.length);
};

/** What a response says apart from the address that was sent and the identifiers of this request. */
const shapeOf = ({ status, body }: Sample, ...variable: readonly string[]): string =>
  variable.reduce((text, part) => text.replaceAll(part, '…'), `${status} ${body}`).replace(/"request_id":"[^"]*"/, '');

for (const [route, requestFor] of Object.entries(routes)) {
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  const shapes = { known: new Set<string>(), unknown: new Set<string>() };
  for (let n = 0; n < PAIRS + WARM_UP; n += 1) {
    const order = Math.random() < 0.5 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of order) {
      // The user of a PATCH asks for the address of the next one.
      const email = kind === 'unknown' ? unknown(n) : known(route.startsWith('PATCH') ? (n + 1) % ids.length : n);
      const sample = await send(requestFor(email, n));
      if (n < WARM_UP) continue;
      times[kind].push(sample.ms);
      shapes[kind].add(
        shapeOf(sample, email, ids[n] ?? '', known(n)).replace(/"(created_at|pending_email)":"[^"]*"/g, ''),
      );
    }
  }
  const found = auc(times.known, times.unknown);
  const same = [...shapes.known].join('\n') === [...shapes.unknown].join('\n') && shapes.known.size === 1;
  const isAlike = found >= LEAST && found <= MOST && same;
  const what = same
    ? 'the same response'
    : `DIFFERENT RESPONSES: ${[...shapes.known, ...shapes.unknown].slice(0, 4).join(' | ')}`;
  process.stdout.write(`${isAlike ? 'alike' : 'NOT ALIKE'}: ${route}, AUC ${found.toFixed(3)}, ${what}\n`);
  if (!isAlike) process.exitCode = 1;
}
await app[Symbol.asyncDispose]();
