/**
 * `npm run timing`: the response of a route that must not reveal whether an address has an account is the same for both, in
 * status, body and time. Each route is asked in 2,000 pairs, one address with an account and one without, in random order.
 * The measure is the area under the ROC curve (AUC): the probability that the response to the one takes longer than that
 * to the other. 0.5 reveals nothing. Exits with 1 where it is outside of 0.47 to 0.53. It needs a machine that is not busy
 * with something else.
 *
 * `npm run timing -- 50` sends 50 pairs. So few would often miss the bounds by chance: only status and body are judged.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Secret as Seed, TOTP } from 'otpauth';
import { Instant } from '../../src/domain/shared/instant.ts';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { TestBrowser } from '../pages/browser.ts';

const ENOUGH = 2_000;
const PAIRS = Number(process.argv[2] ?? ENOUGH);
const WARM_UP = Math.min(100, PAIRS);
/** Even. */
const ACCOUNTS = 2 * Math.ceil((PAIRS + WARM_UP) / 2);
const [LEAST, MOST] = [0.47, 0.53];
const PASSWORD = 'a harmless pass phrase';
const WRONG = 'not the password';
const TOKEN = 'x'.repeat(43);

type Sample = Readonly<{ ms: number; status: number; body: string; location: string }>;
type Request = Readonly<{
  method?: 'POST' | 'PUT' | 'PATCH';
  url: string;
  payload: Readonly<Record<string, unknown>>;
  session?: string | undefined;
  from?: string | undefined;
}>;
/** `n` counts the pairs, and so the accounts. */
type Case = (email: string, n: number) => Request;

const app = await startTestApp({
  NODE_ENV: 'production',
  ADMIN_API_KEY: ADMIN_KEY,
  REGISTRATION: 'confirmed',
  SEALING_KEY: randomBytes(32).toString('hex'),
});

let networks = 0;
/** Another network for each request, so that no limit is reached. */
const aNetwork = (): string => {
  networks += 1;
  return `10.${networks >> 16}.${(networks >> 8) & 255}.${networks & 255}`;
};

const known = (n: number): string => `user${n}@example.com`;
const unknown = (n: number): string => `none${n}@example.com`;
const invited = (n: number): string => `invited${n}@example.com`;

type Account = Readonly<{ id: string; session: string; from: string }>;
const accounts: Account[] = [];
for (let n = 0; n < ACCOUNTS; n += 1) {
  const json = { email: known(n), password: PASSWORD };
  const { id } = (await app.call('POST', '/users', { json, bearer: ADMIN_KEY })).json();
  const from = aNetwork();
  const { session = '' } = await app.call('POST', '/sessions', { json, remoteAddress: from });
  accounts.push({ id, session, from });
  await app.call('POST', '/users', { json: { email: invited(n) }, bearer: ADMIN_KEY });
}
const accountOf = (n: number): Account => accounts[n] as Account;

/** Tokens of the address of the observer, who may show them with the address of another person. */
const tokenFor = async (to: string): Promise<string> => {
  await app.deliverMail();
  const [mail] = app.post.sent.filter(({ mail }) => mail.to === to).slice(-1);
  return /token: (\S+)/.exec(mail?.mail.text ?? '')?.[1] ?? '';
};
const OBSERVER = 'observer@example.com';
await app.call('POST', '/register', { json: { email: OBSERVER } });
const registrationToken = await tokenFor(OBSERVER);
await app.call('POST', '/users', { json: { email: OBSERVER, password: PASSWORD }, bearer: ADMIN_KEY });
await app.call('POST', '/reset_password', { json: { email: OBSERVER } });
const resetToken = await tokenFor(OBSERVER);

const browser = new TestBrowser(app);
/** A page whose form is sent as a browser does. */
const aForm = async (path: string): Promise<Case> => {
  const hidden = (await browser.open(path)).form(path);
  const entries = { password: WRONG, reset_token: TOKEN, confirmation_token: TOKEN, name: 'Ada', age: '36' };
  const filled = Object.keys(hidden).map((name) => [name, entries[name as keyof typeof entries] ?? hidden[name]]);
  return (email) => ({ url: path, payload: { ...Object.fromEntries(filled), email } });
};

const PERSON = { password: PASSWORD, age: 36 };
const login: Case = (email) => ({ url: '/sessions', payload: { email, password: WRONG } });
const changeEmail: Case = (email, n) => ({
  method: 'PATCH',
  url: `/users/${accountOf(n).id}`,
  session: accountOf(n).session,
  payload: { email, current_password: PASSWORD },
});

const PLAIN: Readonly<Record<string, Case>> = {
  'POST /register': (email) => ({ url: '/register', payload: { email } }),
  'POST /register with all fields': (email) => ({ url: '/register', payload: { email, ...PERSON } }),
  'PUT /register': (email) => ({
    method: 'PUT',
    url: '/register',
    payload: { email, confirmation_token: TOKEN, ...PERSON },
  }),
  'PUT /register with a token for another address': (email) => ({
    method: 'PUT',
    url: '/register',
    payload: { email, confirmation_token: registrationToken, ...PERSON },
  }),
  'POST /sessions': login,
  'POST /sessions with a code': (email) => ({
    url: '/sessions',
    payload: { email, password: WRONG, code: '123456' },
  }),
  'POST /reset_password': (email) => ({ url: '/reset_password', payload: { email } }),
  'PUT /reset_password': (email) => ({
    method: 'PUT',
    url: '/reset_password',
    payload: { email, reset_token: TOKEN, new_password: PASSWORD },
  }),
  'PUT /reset_password with a token for another address': (email) => ({
    method: 'PUT',
    url: '/reset_password',
    payload: { email, reset_token: resetToken, new_password: PASSWORD },
  }),
  'POST /login': await aForm('/login'),
  'POST /account/new': await aForm('/account/new'),
  'POST /account/new/token': await aForm('/account/new/token'),
  'POST /account/reset/request': await aForm('/account/reset/request'),
  'POST /account/reset': await aForm('/account/reset'),
};

const auc = (ones: readonly number[], others: readonly number[]): number => {
  const all = [...ones.map((ms) => ({ ms, isOne: true })), ...others.map((ms) => ({ ms, isOne: false }))];
  all.sort((a, b) => a.ms - b.ms);
  let ranks = 0;
  for (const [index, { isOne }] of all.entries()) if (isOne) ranks += index + 1;
  return (ranks - (ones.length * (ones.length + 1)) / 2) / (ones.length * others.length);
};

const send = async ({ method = 'POST', url, payload, session, from }: Request): Promise<Sample> => {
  const isPage = url === '/login' || url.startsWith('/account');
  const cookie =
    session === undefined ? `__Host-form=${browser.cookie('__Host-form')}` : `${app.cookieName}=${session}`;
  const ask = {
    method,
    url,
    remoteAddress: from ?? aNetwork(),
    headers: {
      'content-type': isPage ? 'application/x-www-form-urlencoded' : 'application/json',
      'sec-fetch-site': 'same-origin',
      ...((isPage || session !== undefined) && { cookie }),
    },
    payload: isPage ? new URLSearchParams(payload as Record<string, string>).toString() : JSON.stringify(payload),
  };
  const start = performance.now();
  const { statusCode, body, headers } = await app.app.inject(ask);
  return { ms: performance.now() - start, status: statusCode, body, location: String(headers.location) };
};

/** What a response says apart from the address that was sent and the identifiers of this request. */
const shapeOf = ({ status, body, location }: Sample, ...variable: readonly string[]): string =>
  variable
    .reduce((text, part) => text.replaceAll(part, '…'), `${status} ${location} ${body}`)
    .replace(/"(request_id|created_at|pending_email)":"[^"]*"/g, '')
    .replace(/name="form_key" value="[^"]*"/g, '')
    .replace(/<code>[\w-]{36}<\/code>/g, '');

/** Compares the two addresses of each pair. */
const compare = async (
  route: string,
  requestFor: Case,
  { known: knownAs = known, unknown: unknownAs = unknown }: Partial<Record<'known' | 'unknown', typeof known>> = {},
): Promise<void> => {
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  const shapes = { known: new Set<string>(), unknown: new Set<string>() };
  for (let n = 0; n < PAIRS + WARM_UP; n += 1) {
    const order = Math.random() < 0.5 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of order) {
      const email = (kind === 'known' ? knownAs : unknownAs)(n);
      const sample = await send(requestFor(email, n));
      if (n < WARM_UP) continue;
      times[kind].push(sample.ms);
      shapes[kind].add(shapeOf(sample, email, encodeURIComponent(email), accountOf(n).id, known(n)));
    }
  }
  const found = auc(times.known, times.unknown);
  const same = [...shapes.known].join('\n') === [...shapes.unknown].join('\n') && shapes.known.size === 1;
  const isAlike =
    same && Number([...shapes.known][0]?.slice(0, 3)) < 500 && (PAIRS < ENOUGH || (found >= LEAST && found <= MOST));
  const [shape = ''] = shapes.known;
  const what = same
    ? `the same response (${shape.slice(0, 3)})`
    : `DIFFERENT RESPONSES: ${[...shapes.known, ...shapes.unknown]
        .slice(0, 4)
        .map((text) => text.slice(0, 300))
        .join(' | ')}`;
  process.stdout.write(`${isAlike ? 'alike' : 'NOT ALIKE'}: ${route}, AUC ${found.toFixed(3)}, ${what}\n`);
  if (!isAlike) process.exitCode = 1;
};

// First, and with addresses of its own: neither of the two has counters from earlier attempts.
await compare(
  'POST /sessions from a network where the account has logged in',
  (email, n) => ({ ...login(email, n), from: accountOf(n).from }),
  { unknown: (n) => `passer-by${n}@example.com` },
);
for (const [route, requestFor] of Object.entries(PLAIN)) await compare(route, requestFor);
await compare('POST /sessions, an account without a password', login, { known: invited });

// The account that asks and the one whose address it asks for are never the same.
const another = { known: (n: number) => known((n + 1) % ACCOUNTS) };
await compare('PATCH /users/{id}', changeEmail, another);
const forms: Readonly<Record<string, string>>[] = [];
for (const { session } of accounts) {
  forms.push((await new TestBrowser(app, session).open('/account')).form('/account/address'));
}
await compare(
  'POST /account/address',
  (email, n) => ({
    url: '/account/address',
    session: accountOf(n).session,
    payload: { ...forms[n], form_key: randomUUID(), email, current_password: PASSWORD },
  }),
  another,
);
// One account of two waits for an address that has an account, the other for a free one.
const even = (n: number): number => n - (n % 2);
const awaited = (n: number): string => (n % 2 === 0 ? known(n + 1) : `awaited${n}@example.com`);
for (let n = 0; n < ACCOUNTS; n += 1) await send(changeEmail(awaited(n), n));
await compare(
  'POST /users/{id}/confirmation',
  (email, n) => {
    const { id, session } = accountOf(email === awaited(even(n)) ? even(n) : even(n) + 1);
    return { url: `/users/${id}/confirmation`, session, payload: {} };
  },
  { known: (n) => awaited(even(n)), unknown: (n) => awaited(even(n) + 1) },
);

for (const { session } of accounts) {
  const { secret } = (await app.call('POST', '/mfa/totp', { session })).json();
  const totp = new TOTP({ secret: Seed.fromBase32(secret) });
  const json = { code: totp.generate({ timestamp: Instant.epochMs(app.clock.now()) }) };
  const { status } = await app.call('PUT', '/mfa/totp', { session, json });
  if (status !== 200) throw new Error(`The second factor was not set up: ${status}`);
}
await compare('POST /sessions, an account with a second factor', login);
await compare('POST /sessions with a code, an account with a second factor', (email) => ({
  url: '/sessions',
  payload: { email, password: WRONG, code: '123456' },
}));

for (const { id } of accounts) await app.call('POST', `/users/${id}/ban`, { json: {}, bearer: ADMIN_KEY });
await compare('POST /sessions with the right password of a banned account', (email) => ({
  url: '/sessions',
  payload: { email, password: PASSWORD },
}));
await app[Symbol.asyncDispose]();
