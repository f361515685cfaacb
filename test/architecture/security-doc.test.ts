import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { HTTP_LIMITS } from '../../src/adapters/driving/http/server/limits.ts';
import { SETTINGS, type SettingName } from '../../src/composition/config/settings.ts';
import { ROLES, SCOPES, type Scope } from '../../src/domain/access/scope.ts';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { CONTEXT_WORDS } from '../../src/domain/user/password-policy.ts';
import { CALLERS, callAs, cellOf, routesOf, startProduction } from '../http/access-table.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';

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

describe('docs/security.md', () => {
  const table = tableUnder('Access');
  const roles = table.findIndex(([scope]) => scope === 'scope');
  const matrix = table.slice(0, roles);

  it('ASVS 8.1.1: names every route there is, with its scope', async () => {
    await using app = await startProduction();
    const served = routesOf(app).map(({ route, scope = '', takesStepUp }) => [route, takesStepUp ? 'yes' : '', scope]);
    assert.deepEqual(
      matrix.map((row) => [row[0], row.at(-2), row.at(-1)]),
      served,
    );
  });

  it('ASVS 8.1.1: names the scopes of every role', () => {
    const names = Object.keys(ROLES);
    const scopes = SCOPES.map((scope) => [
      scope,
      ...Object.values<readonly Scope[]>(ROLES).map((has) => (has.includes(scope) ? 'yes' : '')),
    ]);
    assert.deepEqual(table.slice(roles), [['scope', ...names], ...scopes]);
  });

  it('names the routes that a license key counts on where administration is open', async () => {
    await using app = await startTestApp();
    const json = { email: 'ada@example.com' };
    const user = (await app.call('POST', '/users', { json })).json();
    const issued = await app.call('POST', `/users/${user.id}/licenses`, { json: {} });
    const { id, license_key: key } = issued.json();
    const headers = { authorization: `License ${key}` };
    const licenses = ['/users/{user_id}/licenses', '/licenses', '/licenses/{id}'];
    const routes = ['/users', '/users/{id}', ...licenses, '/staff', '/tokens', '/audit', '/metrics'];
    const counting: string[] = [];
    for (const route of routes) {
      const of = route.startsWith('/licenses') ? id : user.id;
      const path = route.replace(/\{\w+\}/, of);
      assert.equal((await app.call('GET', path)).status, 200, route);
      const { status } = await app.call('GET', path, { headers });
      if (status !== 200) counting.push(route);
    }
    const sentence = /A license key counts on ([^.]+?) alone/.exec(page.replaceAll('\n', ' '))?.[1] ?? '';
    const named = [...sentence.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    assert.deepEqual(
      counting,
      routes.filter((route) => named.some((path) => `${route}/`.startsWith(`${path}/`))),
    );
  });

  describe('ASVS 8.3.1: the table of access; if it is stale, run `npm run access`', () => {
    let app: TestApp;
    before(async () => {
      app = await startProduction();
    });
    after(() => app[Symbol.asyncDispose]());

    it('ASVS 7.5.3: a step-up is taken by the routes that the page lists', async () => {
      for (const [route = '', ...cells] of matrix) {
        const answer = await callAs(app, route, 'admin', { isStale: true });
        const isTaken = answer.status === 401 && answer.json().code === 'access.step-up-required';
        assert.equal(isTaken ? 'yes' : '', cells.at(-2), `${route}: ${answer.body}`);
      }
    });

    for (const [route = '', ...cells] of matrix) {
      it(`${route} is open to the callers that the page lists`, async () => {
        const scope = cells.at(-1) ?? '';
        for (const [index, caller] of CALLERS.entries()) {
          const answer = await callAs(app, route, caller);
          assert.equal(cellOf(answer.status), cells[index], `${caller}: ${answer.body}`);
          if (answer.status === 403 && scope !== '') assert.match(answer.json().detail, new RegExp(scope), caller);
        }
      });
    }
  });

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
