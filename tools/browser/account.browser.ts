import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { CLIENT, PASSWORD, type Site, startSite, useSite } from './harness.ts';

const IN_40_DAYS = Instant.format(Instant.wholeSecond(Instant.fromEpochMs(Date.now() + 40 * 86_400_000)));

/** A person with two licenses, one of them active on two machines. */
const joinWithLicenses = async ({ useCases, join }: Site, email: string): Promise<void> => {
  const userId = await join(email, { name: 'Harbourline Ltd' });
  const command = { caller: Caller.system('cli'), client: CLIENT };
  const editor = { product: 'editor-pro', expiresAt: IN_40_DAYS, maxActivations: 5, entitlements: ['export', 'sync'] };
  const { id: licenseId } = await useCases.issueLicense.execute({ ...command, userId, terms: editor });
  await useCases.activateLicense.execute({
    ...command,
    licenseId,
    fingerprint: '4f3a91c2e07b5d68',
    name: 'Studio iMac',
  });
  await useCases.activateLicense.execute({
    ...command,
    licenseId,
    fingerprint: 'a1c47be9d2503f86',
    name: 'Old laptop',
  });
  const renderer = { product: 'renderer', maxActivations: 2 };
  const { id: other } = await useCases.issueLicense.execute({ ...command, userId, terms: renderer });
  await useCases.changeLicense.suspend({ ...command, licenseId: other });
};

describe('The pages of a customer', () => {
  const suite = useSite();

  for (const script of [true, false]) {
    const how = script ? 'with' : 'without';

    it(`let a person register, look after their licenses and leave, ${how} script`, async () => {
      const email = `${how}@example.com`;
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.open('/login');
      await page.getByRole('link', { name: 'Create an account' }).click();
      await visit.look('register');
      await page.getByLabel('Email', { exact: true }).fill(`new-${email}`);
      await page.getByLabel('Age').fill('3');
      await page.getByLabel('Password').fill('x');
      await page.getByRole('button', { name: 'Create account' }).click();
      await visit.look('register-refused');
      await page.getByLabel('Age').fill('36');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Create account' }).click();
      assert.match(await page.getByRole('status').innerText(), /Your account is open/);
      await joinWithLicenses(suite.site, email);
      await visit.logIn(email);
      await visit.look('own-account');
      await page.getByRole('link', { name: 'Licenses' }).click();
      await visit.look('own-licenses');
      await page.getByRole('link', { name: 'renderer' }).click();
      await visit.look('own-license-suspended');
      await page.getByRole('link', { name: '← Your licenses' }).click();
      await page.getByRole('link', { name: 'editor-pro' }).click();
      await page.getByRole('button', { name: 'Show key' }).click();
      await visit.look('own-license');
      assert.equal(await page.getByRole('button', { name: 'Copy' }).isVisible(), script);
      await page.getByRole('link', { name: 'Hide key' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download an offline file for Old laptop' }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^license-[0-9a-f-]{36}\.lic$/);
      await page.getByRole('button', { name: 'Free the seat of Old laptop' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The seat was freed.');
      const elsewhere = await suite.visit({ script });
      await elsewhere.logIn(email);
      await page.getByRole('link', { name: 'Sessions' }).click();
      await visit.look('own-sessions');
      await page.getByRole('button', { name: 'End all others' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'All other sessions were ended.');
      await elsewhere.open('/account');
      assert.equal(new URL(elsewhere.page.url()).pathname, '/login');
      await elsewhere.end();
      await visit.open('/account');
      await page.getByText('Delete …').click();
      await page.getByLabel('Your password').fill('wrong');
      await page.getByRole('button', { name: 'Delete account permanently' }).click();
      await visit.look('own-account-delete');
      await page.getByLabel('Your password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Delete account permanently' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'Your account was deleted.');
      await visit.end();
    });

    it(`take a token from the link of an email or from its text, ${how} script`, async () => {
      const email = `forgetful-${how}@example.com`;
      await suite.site.join(email);
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.open('/login');
      await page.getByRole('link', { name: 'Forgot password?' }).click();
      await visit.look('reset-request');
      await page.getByLabel('Email', { exact: true }).fill(email);
      await page.getByRole('button', { name: 'Send email' }).click();
      assert.match(await page.getByRole('status').innerText(), /a token is on its way/);
      const token = (await suite.site.useCases.requestPasswordReset.execute({ email, client: CLIENT }))?.reveal() ?? '';
      await visit.open('/');
      await visit.open(
        `/account/reset#email=${encodeURIComponent(email)}&reset_token=${token}&password=known&form_token=x`,
      );
      assert.equal(await page.getByLabel('New password').inputValue(), '', 'a link chooses no password');
      assert.notEqual(await page.locator('.sheet input[name=form_token]').inputValue(), 'x');
      if (script) {
        assert.equal(await page.getByLabel('Token from the email').inputValue(), token);
        assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the history');
        await visit.look('reset');
      } else {
        await page.getByLabel('Email', { exact: true }).fill(email);
        await page.getByLabel('Token from the email').fill(token);
      }
      await page.getByLabel('New password').fill('ten unrelated words');
      await page.getByRole('button', { name: 'Set password' }).click();
      assert.match(await page.getByRole('status').innerText(), /Your new password is set/);
      await visit.logIn(email, 'ten unrelated words');
      assert.equal(new URL(page.url()).pathname, '/account');
      await visit.open('/account/confirm#confirmation_token=of-an-email');
      await visit.look('confirm');
      await visit.open('/account/confirm?for=cancellation');
      await visit.look('confirm-cancellation');
      await visit.end();
    });
  }

  it('let people in by a token, or not at all', async () => {
    await using confirmed = await startSite({ REGISTRATION: 'confirmed' });
    const visit = await suite.visit({ site: confirmed });
    await visit.open('/account/new');
    await visit.look('register-request');
    await visit.page.getByLabel('Email', { exact: true }).fill('new@example.com');
    await visit.page.getByRole('button', { name: 'Send email' }).click();
    await visit.look('register-token');
    await visit.end();
    await using closed = await startSite({ REGISTRATION: 'closed' });
    const other = await suite.visit({ site: closed });
    await other.open('/account/new');
    await other.look('register-closed');
    await other.end();
  });
});
