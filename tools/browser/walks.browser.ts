import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Secret as Seed, TOTP } from 'otpauth';
import { Caller } from '../../src/domain/access/caller.ts';
import { freePort } from '../../test/postgres/postgres-folder.ts';
import { aPostgresDatabase, type PostgresDatabase } from '../../test/postgres/shared-postgres.ts';
import { CLIENT, PASSWORD, type Page, useSite } from './harness.ts';

const NEW_PASSWORD = 'ten unrelated words';
const STEP_MS = 30_000;

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const said = (page: Page) => page.getByRole('status').innerText();
const pathOf = (page: Page) => new URL(page.url()).pathname;

/** Asks on the page of the account for another address. */
const askForAddress = async (page: Page, address: string, password = PASSWORD) => {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Change address' }) });
  await form.getByLabel('New address').fill(address);
  await form.getByLabel('Current password').fill(password);
  await form.getByRole('button', { name: 'Change address' }).click();
};

describe('The walks of a customer and of a vendor, on Postgres', () => {
  let database: PostgresDatabase | undefined;
  const suite = useSite(
    async (site) => {
      await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    },
    async () => {
      database = await aPostgresDatabase();
      const port = await freePort();
      // The links in emails lead to it.
      const PUBLIC_URL = `http://127.0.0.1:${port}`;
      return { DATABASE_URL: database.url, PORT: `${port}`, PUBLIC_URL, REGISTRATION: 'confirmed', THROTTLE: 'off' };
    },
  );
  after(() => database?.[Symbol.asyncDispose]());

  /** Follows the link of an email. Without script the token is typed from its text. */
  const follow = async (page: Page, script: boolean, email: string, fields: { token: string; address?: string }) => {
    const { text } = await suite.site.latestEmail(email);
    const link = /^https?:\S+$/m.exec(text)?.[0] ?? assert.fail(text);
    const token = /token: (\S+)$/m.exec(text)?.[1] ?? assert.fail(text);
    await page.goto('about:blank');
    await page.goto(link);
    if (script) {
      assert.equal(await page.getByLabel(fields.token).inputValue(), token);
      return;
    }
    await page.getByLabel(fields.token).fill(token);
    if (fields.address !== undefined) await page.getByLabel(fields.address, { exact: true }).fill(email);
  };

  /** Sets up the second factor of the person who is logged in. @returns the app, whose next code is not used yet */
  const setUpFactor = async (page: Page) => {
    await press(page, 'Set up');
    assert.equal(await page.getByRole('img', { name: /^QR code/ }).isVisible(), true);
    const app = new TOTP({ secret: Seed.fromBase32((await page.locator('.secret').innerText()).replaceAll(' ', '')) });
    await page.getByLabel('Six digits').fill(app.generate());
    await press(page, 'Turn on');
    await page.getByRole('link', { name: 'I have kept them' }).click();
    return () => app.generate({ timestamp: Date.now() + STEP_MS });
  };

  for (const script of [true, false]) {
    const how = script ? 'with' : 'without';

    it(`a customer registers, looks after licenses, and moves to another address, ${how} script`, async () => {
      const { site } = suite;
      const email = `ada-${how}@example.com`;
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.open('/account/new');
      await page.getByLabel('Email', { exact: true }).fill(email);
      await press(page, 'Send email');
      await visit.look('walk-register-sent');
      await follow(page, script, email, { token: 'Token from the email', address: 'Email' });
      await visit.look('walk-register-token');
      await page.getByLabel('Age').fill('36');
      await page.getByLabel('Password').fill(PASSWORD);
      await press(page, 'Create account');
      assert.match(await said(page), /Your account is open/);
      await visit.logIn(email);

      const user = await site.useCases.listUsers.byEmail({ caller: Caller.system('cli'), email });
      const command = { caller: Caller.system('cli'), client: CLIENT };
      const terms = { product: 'editor-pro', days: 365, maxActivations: 3 };
      const { id: licenseId } = await site.useCases.issueLicense.execute({ ...command, userId: user.id, terms });
      const machine = { fingerprint: 'a1c47be9d2503f86', name: 'Old laptop' };
      await site.useCases.activateLicense.execute({ ...command, licenseId, ...machine });
      const gone = { product: 'renderer', days: 700, maxActivations: 1 };
      const { id: revoked } = await site.useCases.issueLicense.execute({ ...command, userId: user.id, terms: gone });
      await site.useCases.changeLicense.revoke({ ...command, licenseId: revoked });

      await page.getByRole('link', { name: 'Two-factor' }).click();
      const code = await setUpFactor(page);
      await page.getByRole('link', { name: 'Licenses' }).click();
      assert.match(await page.getByRole('row', { name: 'renderer' }).innerText(), /Revoked.*revoked/s);
      await visit.look('walk-licenses');
      await page.getByRole('link', { name: 'renderer' }).click();
      await visit.look('walk-license-revoked');
      await page.getByRole('link', { name: '← Your licenses' }).click();
      await page.getByRole('link', { name: 'editor-pro' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        press(page, 'Download an offline file for Old laptop'),
      ]);
      assert.match(file.suggestedFilename(), /\.lic$/);
      await press(page, 'Free the seat of Old laptop');
      assert.equal(await said(page), 'The seat was freed.');

      const elsewhere = await suite.visit({ script });
      await elsewhere.logIn(email);
      await elsewhere.page.getByLabel('Code').fill(code());
      await press(elsewhere.page, 'Log in');
      assert.equal(pathOf(elsewhere.page), '/account');
      await page.getByRole('link', { name: 'Sessions' }).click();
      await press(page, 'End all others');
      await elsewhere.open('/account');
      assert.equal(pathOf(elsewhere.page), '/login');
      await elsewhere.end();

      const next = `ada-new-${how}@example.com`;
      await visit.open('/account');
      await askForAddress(page, next);
      assert.match(await said(page), /Until it is confirmed, nothing changes/);
      await visit.look('walk-address-requested');
      await follow(page, script, next, { token: 'Token from the email' });
      await visit.look('walk-address-confirm');
      await press(page, /^Confirm/);
      assert.match(await said(page), /your address is confirmed/);
      assert.equal(pathOf(page), '/account');
      assert.match(await page.locator('main').innerText(), new RegExp(next));
      await visit.look('walk-address-confirmed');

      const notice = await site.latestEmail(email);
      assert.match(notice.subject, /address/);
      await visit.end();
    });

    it(`a customer cancels a change of address, and sets a password that was forgotten, ${how} script`, async () => {
      const { site } = suite;
      const email = `bea-${how}@example.com`;
      await site.join(email, { name: 'Bea Lind' });
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.open('/account/reset/request');
      await page.getByLabel('Email', { exact: true }).fill(email);
      await press(page, 'Send email');
      await visit.look('walk-reset-requested');
      await follow(page, script, email, { token: 'Token from the email', address: 'Email' });
      await page.getByLabel('New password').fill(NEW_PASSWORD);
      await press(page, 'Set password');
      assert.match(await said(page), /Your new password is set/);
      await visit.logIn(email, NEW_PASSWORD);
      assert.equal(pathOf(page), '/account');
      await askForAddress(page, `thief-${how}@example.com`, NEW_PASSWORD);
      assert.match(await said(page), /Until it is confirmed/);
      const other = await suite.visit({ script });
      await follow(other.page, script, email, { token: 'Token from the email' });
      assert.match(await other.page.getByRole('heading', { level: 1 }).innerText(), /Cancel the change/);
      await other.look('walk-address-cancel');
      await press(other.page, /^Cancel/);
      assert.match(await said(other.page), /has this address again/);
      await other.look('walk-address-cancelled');
      await follow(other.page, script, email, { token: 'Token from the email', address: 'Email' });
      await other.page.getByLabel('New password').fill(PASSWORD);
      await press(other.page, 'Set password');
      await other.logIn(email);
      assert.equal(pathOf(other.page), '/account');
      await visit.open('/account');
      assert.equal(pathOf(page), '/login', 'the session of the other person has ended');
      await visit.end();
      await other.end();
    });

    it(`a vendor serves a customer, and adds a colleague, ${how} script`, async () => {
      const { site } = suite;
      const email = `harbour-${how}@example.com`;
      await site.join(email, { name: `Harbourline ${how}` });
      const vendor = `noor-${how}@example.com`;
      await site.join(vendor, { name: 'Noor Vale', role: 'admin' });
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn(vendor);
      await visit.open('/account/mfa');
      const code = await setUpFactor(page);
      await press(page, 'Log out');
      await visit.logIn(vendor);
      await page.getByLabel('Code').fill(code());
      await press(page, 'Log in');
      assert.equal(pathOf(page), '/console');
      await visit.look('walk-dashboard');

      await visit.open('/console/accounts');
      await page.getByRole('searchbox', { name: 'Address or name' }).fill(email.toUpperCase());
      await press(page, 'Find');
      await page.getByRole('link', { name: `Harbourline ${how}` }).click();
      await visit.look('walk-account');
      await page.getByRole('link', { name: 'Issue license' }).click();
      await page.getByLabel('Product').fill('editor');
      await page.getByRole('textbox', { name: 'Days', exact: true }).fill('30');
      await page.getByLabel('Seats').fill('2');
      await press(page, 'Issue license');
      assert.equal(await said(page), 'The license was issued.');
      const licenseId = pathOf(page).split('/').at(-1) ?? '';
      await press(page, 'Show key');
      assert.match(await page.locator('#license-key').innerText(), /^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){5}$/);
      const machine = { fingerprint: '4f3a91c2e07b5d68', name: 'Front desk' };
      await site.useCases.activateLicense.execute({
        caller: Caller.system('cli'),
        client: CLIENT,
        licenseId,
        ...machine,
      });
      await visit.open(`/console/licenses/${licenseId}`);
      await press(page, /^Free the seat of Front desk/);
      assert.equal(await said(page), 'The seat was freed.');
      await page.getByText('Suspend …').click();
      await press(page, 'Suspend license');
      assert.equal(await said(page), 'The license was suspended.');
      await page.getByText('Reinstate …').click();
      await press(page, 'Reinstate license');
      assert.equal(await said(page), 'The license was reinstated.');
      await visit.look('walk-license');
      await page.getByRole('link', { name: 'Audit log' }).last().click();
      const log = await page.locator('main').innerText();
      for (const action of ['license.issued', 'license.key_shown', 'license.suspended', 'license.reinstated']) {
        assert.ok(log.includes(action), action);
      }
      assert.ok(log.includes(vendor), 'who did it');
      await visit.look('walk-audit');

      await visit.open('/console/tokens');
      await page.getByLabel('Name').fill(`shop ${how}`);
      await page.getByLabel('licenses:read').check();
      await press(page, 'Create token');
      assert.match(await page.locator('.secret').innerText(), /^gld_api_/);

      await visit.open('/console/staff');
      const colleague = `lin-${how}@example.com`;
      await page.getByLabel('Email address').fill(colleague);
      await page.getByLabel('Role', { exact: true }).selectOption('support');
      await press(page, 'Add person');
      assert.equal(await said(page), 'The person has the role now.');
      await visit.look('walk-staff');
      const { subject, text } = await site.latestEmail(colleague);
      assert.equal(subject, 'You are invited to the console');
      assert.ok(text.includes(`${vendor} has given this address the role support`), text);
      const invited = await suite.visit({ script });
      await follow(invited.page, script, colleague, { token: 'Token from the email', address: 'Email' });
      await invited.look('walk-invited');
      await invited.page.getByLabel('New password').fill(NEW_PASSWORD);
      await press(invited.page, 'Set password');
      await invited.logIn(colleague, NEW_PASSWORD);
      assert.equal(pathOf(invited.page), '/console');
      await invited.look('walk-support-console');
      await invited.end();
      await visit.end();
    });
  }
});
