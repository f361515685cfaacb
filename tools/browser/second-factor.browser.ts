import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Secret as Seed, TOTP } from 'otpauth';
import { PASSWORD, startSite, useSite } from './harness.ts';

const STEP_MS = 30_000;

describe('The pages of the second factor', () => {
  const suite = useSite();

  for (const script of [true, false]) {
    const how = script ? 'with' : 'without';

    it(`let a person set it up, log in with its code and turn it off, ${how} script`, async () => {
      const email = `${how}@example.com`;
      await suite.site.join(email, { name: 'Harbourline Ltd' });
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn(email);
      await page.getByRole('link', { name: 'Two-factor' }).click();
      await visit.look('mfa-off');
      await page.getByRole('button', { name: 'Set up' }).click();
      assert.equal(await page.getByRole('img', { name: /^QR code/ }).isVisible(), true);
      const app = new TOTP({
        secret: Seed.fromBase32((await page.locator('.secret').innerText()).replaceAll(' ', '')),
      });
      await visit.look('mfa-pending');
      await page.getByLabel('Six digits').fill('12345');
      await page.getByRole('button', { name: 'Turn on' }).click();
      assert.equal(await page.getByLabel('Six digits').getAttribute('aria-invalid'), 'true');
      await visit.look('mfa-refused');
      await page.getByLabel('Six digits').fill(app.generate());
      await page.getByRole('button', { name: 'Turn on' }).click();
      await visit.look('mfa-codes');
      assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), script);
      await page.getByRole('link', { name: 'I have kept them' }).click();
      await visit.look('mfa-on');
      await page.getByRole('button', { name: 'Log out' }).click();

      await visit.logIn(email);
      await visit.look('login-code');
      await page.getByLabel('Code').fill('000');
      await page.getByRole('button', { name: 'Log in' }).click();
      await visit.look('login-code-refused');
      // The next code of the app: each is accepted once.
      await page.getByLabel('Code').fill(app.generate({ timestamp: Date.now() + STEP_MS }));
      await page.getByRole('button', { name: 'Log in' }).click();
      assert.equal(new URL(page.url()).pathname, '/account');
      await page.getByRole('link', { name: 'Two-factor' }).click();
      await page.getByText('Turn off …').click();
      await page.getByRole('button', { name: 'Turn off' }).click();
      assert.equal(await page.getByRole('heading', { name: 'It is off' }).isVisible(), true);
      await visit.end();
    });
  }

  for (const script of [true, false]) {
    it(`keep a form whose session has ended, ${script ? 'with' : 'without'} script`, async () => {
      const email = `late-${script}@example.com`;
      await suite.site.join(email, { name: 'Ines Marlowe', role: 'admin' });
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn(email);
      await visit.open('/console/licenses/new');
      await page.getByLabel('Product').fill('editor-pro');
      const phone = await suite.visit({ script: false });
      await phone.logIn(email);
      await phone.open('/account/sessions');
      await phone.page.getByRole('button', { name: 'End all others' }).click();
      await phone.end();
      await page.getByRole('button', { name: 'Issue license' }).click();
      assert.match(await page.getByRole('status').innerText(), /Your session ended/);
      await visit.look('session-over');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      assert.match(await page.getByRole('status').innerText(), /What was entered before/);
      assert.equal(await page.getByLabel('Product').inputValue(), 'editor-pro');
      await visit.look('session-begun');
      await visit.end();
    });
  }

  it('ask for the password again before a change that takes it', async () => {
    await using guarded = await startSite({ STEP_UP_TTL: '1s', ADMIN_API_KEY: 'k'.repeat(40) });
    await guarded.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    const visit = await suite.visit({ site: guarded });
    const { page } = visit;
    await visit.logIn('ines@example.com');
    await visit.open('/console/tokens');
    await page.getByLabel('Name').fill('support desk');
    await page.getByLabel('licenses:read').check();
    await setTimeout(1_001);
    await page.getByRole('button', { name: 'Create token' }).click();
    assert.equal(await page.getByRole('heading', { name: 'Confirm that it is you' }).isVisible(), true);
    await visit.look('step-up');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    assert.equal(new URL(page.url()).pathname, '/console/tokens');
    assert.equal(await page.getByText('Thank you. Now make your change.').isVisible(), true);
    assert.equal(await page.getByLabel('Name').inputValue(), 'support desk');
    assert.equal(await page.getByLabel('licenses:read').isChecked(), true);
    await visit.end();
  });
});
