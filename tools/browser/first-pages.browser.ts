import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PASSWORD, useSite } from './harness.ts';

describe('The first pages', () => {
  const suite = useSite(async (site) => {
    await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    await site.join('it@harbourline.example.com', { name: 'Harbourline Ltd' });
    await site.join('hostile@example.com', { name: `"><script>alert(1)</script><img src=x onerror='alert(2)'>` });
  });

  for (const script of [true, false]) {
    it(`show staff the console, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.open('/console/accounts');
      assert.equal(new URL(page.url()).pathname, '/login');
      await visit.look('login');
      await page.getByLabel('Email').fill('ines@example.com');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Log in' }).click();
      assert.match(await page.getByRole('alert').innerText(), /is wrong/);
      assert.equal(await page.getByLabel('Email').inputValue(), 'ines@example.com');
      await visit.look('login-refused');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      assert.equal(new URL(page.url()).pathname, '/console/accounts');
      await visit.look('accounts');
      await page.getByRole('link', { name: /^Harbourline/ }).click();
      await visit.look('account-of-another');
      await page.getByRole('textbox', { name: 'Name' }).fill(script ? 'Harbourline & Sons' : 'Harbourline Ltd');
      await page.getByRole('button', { name: 'Change name' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The name was changed.');
      await visit.open('/console');
      await visit.look('overview');
      await page.setViewportSize({ width: 390, height: 844 });
      const audit = page.getByRole('link', { name: 'Audit log' });
      assert.equal(await audit.isVisible(), false);
      await page.getByRole('button', { name: 'Menu' }).click();
      assert.equal(await audit.isVisible(), true);
      await page.keyboard.press('Escape');
      assert.equal(await audit.isVisible(), false);
      await visit.open('/console/accounts?q=unknown@example.com');
      await visit.look('accounts-empty');
      await visit.open('/console/nothing');
      await visit.look('not-found');
      await visit.end();
    });

    it(`show a person their account, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn('it@harbourline.example.com');
      assert.equal(new URL(page.url()).pathname, '/account');
      await visit.look('own-account');
      await page
        .getByRole('region', { name: 'Password' })
        .getByRole('textbox', { name: 'Current password' })
        .fill(PASSWORD);
      await page.getByRole('textbox', { name: 'New password' }).fill('short');
      await page.getByRole('button', { name: 'Change password' }).click();
      assert.equal(await page.getByRole('textbox', { name: 'New password' }).getAttribute('aria-invalid'), 'true');
      await visit.look('own-account-refused');
      await visit.open('/console');
      assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Not allowed/);
      await visit.look('not-allowed');
      await page.getByRole('link', { name: 'To your account' }).click();
      await page.getByRole('button', { name: 'Log out' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'You are logged out.');
      await visit.end();
    });
  }
});
