import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SETTINGS, type Setting, type SettingName } from '../../src/composition/config/settings.ts';
import { VERSION } from '../../src/composition/config/version.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { A_SECRET, withSecretIn } from '../settings/secret-in.ts';
import { attributeOf, joinAs, type PageAnswer, TestBrowser, textOf } from './browser.ts';

const PATH = '/console/settings';
const HOSTILE = `"><script>alert(1)</script><img/src=x/onerror='alert(2)'>&amp;`;

/** The cells of each setting beside its name. */
const settingsOn = (page: PageAnswer): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    page.all('tr').flatMap((row) => {
      const cells = row.childNodes.flatMap((cell) => ('tagName' in cell && cell.tagName === 'td' ? cell : []));
      const [name, mark] = cells[0]?.childNodes.flatMap((part) => ('childNodes' in part ? textOf(part) : [])) ?? [];
      if (name === undefined) return [];
      return [[name, [...cells.slice(1).map(textOf), ...(mark === 'changed' ? [mark] : [])]]];
    }),
  );

const opened = async (app: TestApp): Promise<TestBrowser> =>
  new TestBrowser(app, (await joinAs(app, 'ines@example.com', 'admin')).session);

describe('The page of the settings', () => {
  let app: TestApp;
  let admin: TestBrowser;
  before(async () => {
    app = await startTestApp({ LICENSE_ISSUER: HOSTILE, BRAND_NAME: HOSTILE.slice(0, 60), STEP_UP_TTL: '5m' });
    admin = await opened(app);
  });
  after(() => app[Symbol.asyncDispose]());

  it('shows every setting with its value and its default', async () => {
    const page = await admin.open(PATH);
    assert.equal(page.status, 200);
    page.assertValid();
    const settings = settingsOn(page);
    assert.deepEqual(Object.keys(settings), Object.keys(SETTINGS));
    assert.deepEqual(settings.STEP_UP_TTL, ['5m', '10m', 'changed']);
    assert.deepEqual(settings.SESSION_IDLE, ['7d', '7d']);
    assert.deepEqual(settings.REQUIRE_MFA, ['off', 'off']);
    assert.deepEqual(settings.LICENSE_ISSUER, [HOSTILE, 'guildhall', 'changed']);
    assert.deepEqual(settings.DATABASE_URL, ['set', 'file:./data/guildhall.db', 'changed']);
    assert.deepEqual(settings.SEALING_KEY, ['not set', 'none']);
    assert.deepEqual(settings.CORS_ORIGINS, ['none', 'none']);
    const groups = page.all('h2').map(textOf);
    assert.deepEqual(groups.slice(0, 3), ['Versions', 'Process and network', 'Store']);
  });

  it('shows the settings that are changed', async () => {
    const page = await admin.open(`${PATH}?show=changed`);
    assert.equal(page.status, 200);
    page.assertValid();
    const settings = settingsOn(page);
    assert.ok(Object.values(settings).every((cells) => cells[2] === 'changed'));
    assert.ok('STEP_UP_TTL' in settings && !('SESSION_IDLE' in settings));
    assert.ok(!page.all('h2').map(textOf).includes('Mail'));
  });

  it('shows versions', async () => {
    const { engine, version, migration } = await app.useCases.describeStore.execute({
      caller: Caller.system('server'),
    });
    const text = (await admin.open(PATH)).text('dl') ?? '';
    assert.equal(
      text,
      `Guildhall${VERSION}Node${process.versions.node}Database${engine} ${version}Last migration${migration}`,
    );
    assert.equal(engine, 'SQLite');
  });

  it('is for admins', async () => {
    for (const role of ['support', 'reader'] as const) {
      const other = new TestBrowser(app, (await joinAs(app, `${role}@example.com`, role)).session);
      const refused = await other.open(PATH);
      assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
      assert.ok(!refused.all('a').some((link) => attributeOf(link, 'href') === PATH));
    }
    const current = (await admin.open(PATH)).all('a').filter((link) => attributeOf(link, 'aria-current') === 'page');
    assert.deepEqual(current.map(textOf), ['Configuration', 'All settings']);
  });
});

describe('The page of settings that are secret', () => {
  it('contains none of them', async () => {
    // The service of the test keeps its file and its name; both are tried without a page, too.
    const names = (Object.keys(SETTINGS) as SettingName[]).filter(
      (name) => name !== 'DATABASE_URL' && name !== 'BRAND_NAME',
    );
    const settings = Object.fromEntries(
      names.flatMap((name) =>
        withSecretIn(name)
          .slice(0, 1)
          .map((text) => [name, text]),
      ),
    );
    const secrets = Object.entries<Setting>(SETTINGS).flatMap(([name, { secret }]) => (secret ? name : []));
    await using app = await startTestApp({ ...settings, MAIL_FROM: 'guild@example.com' });
    const admin = await opened(app);
    for (const path of [PATH, `${PATH}?show=changed`]) {
      const page = await admin.open(path);
      assert.equal(page.status, 200);
      assert.ok(!page.body.includes(A_SECRET));
      const shown = settingsOn(page);
      for (const name of secrets) assert.equal(shown[name]?.[0], 'set', name);
      assert.equal(shown.RESET_URL?.[0], 'https://…@127.0.0.1:9/');
    }
  });
});
