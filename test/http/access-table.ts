import { ROLES, type Role, SCOPES, type Scope } from '../../src/domain/access/scope.ts';
import { aNewEntry, appendAudit } from './audit-log.ts';
import { operationsOf } from './operations.ts';
import { join, logIn } from './people.ts';
import { ADMIN_KEY, type Ask, startTestApp, type TestApp } from './test-app.ts';

/** Columns of the table. */
export const CALLERS = [
  'anonymous',
  'license',
  'self',
  'other',
  'reader',
  'support',
  'admin',
  'token',
  'root',
] as const;
export type CallerColumn = (typeof CALLERS)[number];

const PASSWORD = 'correct horse battery';
const BODIES: Readonly<Record<string, object>> = {
  'POST /register': { email: 'new@example.com', password: PASSWORD, age: 36 },
  'PUT /register': { email: 'new@example.com', confirmation_token: 'unknown', password: PASSWORD, age: 36 },
  'PUT /confirmations': { confirmation_token: 'unknown' },
  'POST /sessions/challenge': { challenge: 'unknown', code: '123456' },
  'PUT /mfa/totp': { code: '123456' },
  'POST /reset_password': { email: 'unknown@example.com' },
  'PUT /reset_password': { email: 'ada@example.com', reset_token: 'unknown', new_password: PASSWORD },
  'POST /users': { email: 'guest@example.com' },
  'PATCH /users/{id}': { name: 'Ada' },
  'PUT /staff/{user_id}': { role: 'reader' },
  'POST /tokens': { name: 'build server', scopes: ['licenses:read'] },
  'PATCH /tokens/{id}': { name: 'deployment' },
  'PATCH /licenses/{id}': { grace_days: 3 },
  'POST /licenses/validate': { license_key: '00000-00000-00000-00000-00000-00000' },
  'POST /licenses/{id}/renew': { days: 30 },
  'POST /users/import': { count: 1 },
  'POST /passwords': { length: 12, complexity: 4 },
  'POST /passwords/level': { password: PASSWORD },
};

export const startProduction = () =>
  startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, DATABASE_URL: 'memory:' });

/** Every route that is served, with the scope that its document names, `undefined` for none, and whether it may take a step-up. */
export const routesOf = (
  app: TestApp,
): readonly Readonly<{ route: string; scope: Scope | undefined; takesStepUp: boolean }>[] =>
  operationsOf(app).map(({ method, template, security = [], responses }) => {
    const scopes = new Set(security.flatMap((way) => Object.values(way).flatMap((names) => names as Scope[])));
    if (scopes.size > 1) throw new Error(`${method} ${template} names several scopes`);
    return {
      route: `${method} ${template}`,
      scope: [...scopes][0],
      takesStepUp: JSON.stringify(responses[401] ?? '').includes('access.step-up-required'),
    };
  });

let people = 0;
const newcomer = (app: TestApp) => {
  people += 1;
  // The limit on registrations from one network must not stop a table of this size.
  app.clock.advance(3_000);
  return join(app, `person${people}@example.com`);
};

/** A person with a role: it removes their password, so they come in by the reset. */
export const joinStaff = async (app: TestApp, role: Role) => {
  const person = await newcomer(app);
  const given = await app.call('PUT', `/staff/${person.id}`, { bearer: ADMIN_KEY, json: { role } });
  if (given.status !== 200) throw new Error(given.body);
  await app.deliverMail();
  const [token] = app.post.sent.flatMap(({ mail }) =>
    mail.to === person.email ? (/[\w-]{43}/.exec(mail.text) ?? []) : [],
  );
  const reset = { email: person.email, reset_token: token, new_password: person.password };
  const done = await app.call('PUT', '/reset_password', { json: reset });
  if (done.status !== 200) throw new Error(done.body);
  return { ...person, session: await logIn(app, person.email) };
};

/** A token with all scopes that a token may have, unless `json` says otherwise. */
export const createToken = async (app: TestApp, json: object = {}, ask: Ask = { bearer: ADMIN_KEY }) => {
  const forbidden: readonly Scope[] = ['staff:write', 'tokens:write', 'users:credentials', 'users:delete'];
  const scopes = SCOPES.filter((scope) => !forbidden.includes(scope));
  const created = await app.call('POST', '/tokens', { ...ask, json: { name: 'build server', scopes, ...json } });
  if (created.status !== 201) throw new Error(created.body);
  return created.json() as { id: string; token: string; hint: string; expires_at: string; created_by: string | null };
};

/**
 * Sends the request of a route as a caller, to records of users of its own.
 * @param options.isStale the log-in of the caller is so long ago that it needs a step-up
 */
export const callAs = async (app: TestApp, route: string, caller: CallerColumn, { isStale = false } = {}) => {
  const [owner, other] = [await newcomer(app), await newcomer(app)];
  const [device] = (await app.call('GET', '/sessions', { session: owner.session })).json();
  const issued = await app.call('POST', `/users/${owner.id}/licenses`, { bearer: ADMIN_KEY });
  const { id: licenseId, license_key: licenseKey } = issued.json();
  await app.call('PUT', `/licenses/${licenseId}/activations/m1`, { bearer: ADMIN_KEY });

  // Not kept: one owner has at most 100.
  const token = await createToken(app);
  const [method = '', template = ''] = route.split(' ');
  const audited = aNewEntry(app);
  await appendAudit(app, audited);
  const ids = { '/sessions': device.id, '/licenses': licenseId, '/audit/{i': audited.id, '/tokens/{': token.id };
  const id = ids[template.slice(0, 9) as keyof typeof ids] ?? owner.id;
  const path = template
    .replace(/\{(?:id|user_id)\}/, id)
    .replace('{fingerprint}', 'm1')
    .replace(/\{(dev\d)\}/g, '$1');
  if (route === 'DELETE /staff/{user_id}' && ['admin', 'root'].includes(caller)) {
    await app.call('PUT', path, { bearer: ADMIN_KEY, json: { role: 'reader' } });
  }
  const role = caller in ROLES ? (caller as Role) : undefined;
  const ask = role === undefined ? {} : { session: (await joinStaff(app, role)).session };
  const staff = { reader: ask, support: ask, admin: ask };
  const credentials: Record<CallerColumn, Ask> = {
    anonymous: {},
    license: { headers: { authorization: `License ${licenseKey}` } },
    self: { session: owner.session },
    other: { session: other.session },
    ...staff,
    token: { bearer: token.token },
    root: { bearer: ADMIN_KEY },
  };
  const bodies: typeof BODIES = {
    ...BODIES,
    // The other fields take no step-up.
    ...(isStale ? { 'PATCH /users/{id}': { email: `moved.${owner.email}` } } : {}),
    'POST /sessions/elevate': { password: owner.password },
    'POST /sessions': { email: owner.email, password: owner.password },
    'POST /licenses/lookup': { license_key: licenseKey },
  };
  const json = bodies[route];
  if (isStale) app.clock.advance(app.config.stepUpTtlMs);
  const answer = await app.call(method, path, { ...credentials[caller], ...(json === undefined ? {} : { json }) });
  await app.call('DELETE', `/tokens/${token.id}`, { bearer: ADMIN_KEY });
  return answer;
};

/** `yes`, or the status that denies access. */
export const cellOf = (status: number): string => ([401, 403, 404, 429].includes(status) ? String(status) : 'yes');

const START = '<!-- access: generated by `npm run access` -->';
const END = '<!-- access: end -->';

/** The page with the tables of access as the service answers now. */
export const withAccessTables = async (page: string): Promise<string> => {
  await using app = await startProduction();
  const rows: string[] = [];
  for (const { route, scope, takesStepUp } of routesOf(app)) {
    const cells: string[] = [];
    for (const caller of CALLERS) cells.push(cellOf((await callAs(app, route, caller)).status));
    cells.push(takesStepUp ? 'yes' : '');
    rows.push(`| \`${route}\` | ${cells.join(' | ')} | ${scope === undefined ? '' : `\`${scope}\``} |`);
  }
  const routes = [
    `| route | ${CALLERS.join(' | ')} | step-up | scope |`,
    `|${'---|'.repeat(CALLERS.length + 3)}`,
    ...rows,
  ];
  const roles = Object.entries<readonly Scope[]>(ROLES);
  const scopes = [
    `| scope | ${roles.map(([role]) => role).join(' | ')} |`,
    `|${'---|'.repeat(roles.length + 1)}`,
    ...SCOPES.map(
      (scope) => `| \`${scope}\` | ${roles.map(([, has]) => (has.includes(scope) ? 'yes' : '')).join(' | ')} |`,
    ),
  ];
  const [before, rest = ''] = page.split(START);
  return [before, START, '\n\n', [...routes, '', ...scopes].join('\n'), '\n\n', END, rest.split(END)[1]].join('');
};
