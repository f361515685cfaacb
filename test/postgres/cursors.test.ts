import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anId } from '../builders/ids.ts';
import { operationsOf, pathOf } from '../http/operations.ts';
import { mustBeProblem } from '../http/problems.ts';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from '../pages/browser.ts';
import { aPostgresDatabase } from './shared-postgres.ts';

const ID = anId(1);
/** Postgres has no year 0, and no text with the character U+0000. */
const FORGED = [
  ...['0000-01-01', '0000-12-31', '2026-02-30', '9999-99-99'].flatMap((day) => [
    `${ID} ${day}T00:00:00.000Z`,
    `${day}T00:00:00.000Z ${ID} machine`,
  ]),
  ...['+010000-01-01', '-000001-01-01', '10000-01-01'].map((day) => `${day}T00:00:00.000Z ${ID} machine`),
  `${ID} name\u0000`,
  ...['name', 'email'].flatMap((by) => [`${by} ${ID} name\u0000`, `${by} ${ID} 0000-12-31T00:00:00.000Z`]),
  `other ${ID} name`,
  `2026-01-01T00:00:00.000Z ${ID} machine\u0000`,
  `${ID}\u0000`,
].map((text) => Buffer.from(text).toString('base64url'));

const PAGES = [
  ['/console/accounts', 'q=name&'],
  ['/console/audit', ''],
  ['/console/licenses', ''],
  ['/console/licenses', 'status=active&expires_before=2027-01-01&'],
  ['/console/machines', ''],
  ['/console/pairs', ''],
  ['/console/pairs/ada/grace', ''],
  ['/account/licenses', ''],
  ['/account/sessions', ''],
] as const;

it('A forged cursor of a list is a bad request, on Postgres too', async () => {
  await using database = await aPostgresDatabase();
  await using app = await startTestApp({ DATABASE_URL: database.url, ADMIN_API_KEY: ADMIN_KEY, THROTTLE: 'off' });
  const admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
  const lists = operationsOf(app).filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
  assert.ok(lists.length >= 8);
  for (const cursor of FORGED) {
    const text = JSON.stringify(Buffer.from(cursor, 'base64url').toString());
    for (const { template } of lists) {
      const path = pathOf({ template: template.replace('{dev1}', 'ada').replace('{dev2}', 'grace') });
      const answer = await app.call('GET', `${path}?cursor=${cursor}`, { bearer: ADMIN_KEY });
      if (answer.status !== 404) mustBeProblem(answer, 400, 'request.invalid', 'cursor');
    }
    for (const [path, query] of PAGES) {
      const { status } = await admin.open(`${path}?${query}cursor=${cursor}`);
      // Any text may be the name or the address that a search has ended with.
      const isPosition = path === '/console/accounts' && /^"(?:name|email) /.test(text) && !text.includes('u0000');
      assert.equal(status, isPosition ? 200 : 400, `${path} ${text}`);
    }
  }
});
