import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { HTTP_LIMITS } from '../../src/adapters/driving/http/server/limits.ts';
import { SETTINGS, type SettingName } from '../../src/composition/config/settings.ts';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { CONTEXT_WORDS } from '../../src/domain/user/password-policy.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';

const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');

/** Rows of the table under a heading, cell by cell, without the head. */
const tableUnder = (heading: string): string[][] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};

const PASSWORD = 'correct horse battery';
const BODIES: Readonly<Record<string, object>> = {
  'POST /register': { email: 'new@example.com', password: PASSWORD, age: 36 },
  'POST /sessions': { email: 'grace@example.com', password: PASSWORD },
  'POST /reset_password': { email: 'unknown@example.com' },
  'PUT /reset_password': { email: 'ada@example.com', reset_token: 'unknown', new_password: PASSWORD },
  'POST /users': { email: 'guest@example.com' },
  'PATCH /users/{id}': { name: 'Ada' },
  'PATCH /licenses/{id}': { grace_days: 3 },
  'POST /licenses/validate': { license_key: '00000-00000-00000-00000-00000-00000' },
  'POST /licenses/{id}/renew': { days: 30 },
  'POST /users/import': { count: 1 },
  'POST /passwords': { length: 12, complexity: 4 },
  'POST /passwords/level': { password: PASSWORD },
};

/** @returns the status of a request; each one gets a server of its own, because some requests change the data */
const statusFor = async (route: string, caller: string): Promise<number> => {
  await using app = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, DATABASE_URL: 'memory:' });
  const ada = await register(app, 'ada@example.com');
  const grace = await register(app, 'grace@example.com');
  const [method = '', template = ''] = route.split(' ');
  const ids = { '/sessions': ada.sessionId, '/licenses': ada.licenseId ?? '' };
  const id = ids[template.slice(0, 9) as keyof typeof ids] ?? ada.userId;
  const path = template
    .replace('{id}', id)
    .replace('{fingerprint}', 'm1')
    .replace(/\{(dev\d)\}/g, '$1');
  const body = route === 'POST /licenses/lookup' ? { license_key: ada.licenseKey } : BODIES[route];
  const credentials = {
    anonymous: {},
    self: { session: ada.session },
    other: { session: grace.session },
    administrator: { bearer: ADMIN_KEY },
  }[caller];
  const { status } = await app.call(method, path, { ...credentials, ...(body === undefined ? {} : { json: body }) });
  return status;
};

const register = async (app: TestApp, email: string) => {
  const user = (await app.call('POST', '/register', { json: { email, password: PASSWORD, age: 36 } })).json();
  const { session } = await app.call('POST', '/sessions', { json: { email, password: PASSWORD } });
  const [current] = (await app.call('GET', '/sessions', { session })).json();
  const license = (await app.call('POST', `/users/${user.id}/licenses`, { bearer: ADMIN_KEY })).json();
  await app.call('PUT', `/licenses/${license.id}/activations/m1`, { bearer: ADMIN_KEY });
  const { id: licenseId, license_key: licenseKey }: Readonly<Record<string, string>> = license;
  return { userId: user.id as string, session, sessionId: current.id as string, licenseId, licenseKey };
};

describe('docs/security.md', () => {
  const matrix = tableUnder('Access');

  it('ASVS 8.1.1: names every route there is', async () => {
    await using app = await startTestApp();
    const { paths } = app.app.swagger() as { paths: Record<string, object> };
    const served = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.deepEqual(matrix.map(([route]) => route).sort(), served.sort());
  });

  for (const [route = '', ...expected] of matrix) {
    it(`ASVS 8.3.1: ${route} is open to the callers that the page lists`, async () => {
      for (const [index, caller] of ['anonymous', 'self', 'other', 'administrator'].entries()) {
        const status = await statusFor(route, caller);
        const listed = expected[index] === 'yes' ? 'yes' : Number(expected[index]);
        assert.equal([401, 403, 404].includes(status) ? status : 'yes', listed, `${caller}: ${status}`);
      }
    });
  }

  it('ASVS 6.1.1: lists the limits on guessing as they are', () => {
    const listed = tableUnder('Limits on guessing').map(([name, , limit, seconds]) => [name, limit, seconds]);
    const real = Object.values(THROTTLE_POLICIES).map(({ name, limit, windowMs }) => [
      name,
      String(limit),
      String(windowMs / 1000),
    ]);
    assert.deepEqual(listed, real);
  });

  it('ASVS 2.1.3: lists sizes and times as they are', () => {
    const listed = Object.fromEntries(tableUnder('Sizes and times'));
    const edge: Record<string, string> = {
      body: `${HTTP_LIMITS.bodyBytes} bytes`,
      'all headers together': `${HTTP_LIMITS.headerBytes} bytes`,
      'time for the headers to arrive': `${HTTP_LIMITS.headersTimeoutMs} ms`,
      'time for the whole request to arrive': `${HTTP_LIMITS.requestTimeoutMs} ms`,
      'time for a response': `${HTTP_LIMITS.handlerTimeoutMs} ms`,
      'connection without progress': `${HTTP_LIMITS.stalledConnectionMs} ms`,
      connections: String(HTTP_LIMITS.connections),
      'pending responses on a connection': String(HTTP_LIMITS.unansweredPerConnection),
    };
    const settings = Object.keys(listed).filter((name) => name in SETTINGS) as SettingName[];
    assert.ok(settings.length >= 6);
    assert.deepEqual(listed, {
      ...edge,
      ...Object.fromEntries(settings.map((name) => [name, SETTINGS[name].default])),
    });
  });

  it('ASVS 6.1.2: lists the context words', () => {
    const listed = /because the service\s+uses them: (.*?)\./.exec(page)?.[1]?.match(/\w+/g);
    assert.deepEqual(listed, [...CONTEXT_WORDS]);
  });

  it('ASVS 14.1.1: lists every table of the store', async () => {
    await using app = await startTestApp();
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(app.config.store.kind === 'sqlite' ? app.config.store.path : '');
    const tables = database
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'kysely%' and name not like 'sqlite%'",
      )
      .pluck()
      .all() as string[];
    database.close();
    const listed = new Set(tableUnder('Stored data').map(([, where]) => where));
    assert.deepEqual([...listed].sort(), tables.sort());
  });
});
