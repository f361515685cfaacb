import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Page, startSite, useSite } from './harness.ts';

/** Clicks a button again before the answer to its form arrives. */
const clickTwice = async (button: ReturnType<Page['getByRole']>): Promise<void> => {
  const page = button.page();
  const [sent, clicked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route('**', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    sent.resolve();
    await clicked.promise;
    // The browser gave up the first one where there is a second.
    await route.fulfill({ response }).catch(() => {});
  });
  await button.scrollIntoViewIfNeeded();
  const { x, y } = (await button.boundingBox()) ?? assert.fail('the button is not shown');
  // By the mouse: the click of a locator waits for the page that comes.
  await page.mouse.click(x + 5, y + 5);
  await sent.promise;
  await page.mouse.click(x + 5, y + 5);
  await page.waitForTimeout(200);
  clicked.resolve();
  await page.locator('.secret').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
};

describe('The pages of administration', () => {
  const suite = useSite(async (site) => {
    await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    await site.join('rhea@example.com', { role: 'reader' });
    await site.join('tomas@example.com', { name: 'Tomas Oake' });
    await site.join('lin@example.com', { name: 'Lin Adair' });
  });

  for (const script of [true, false]) {
    it(`add a colleague and create a token, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn('ines@example.com');

      await visit.open('/console/tokens');
      await visit.look('tokens-empty');
      await page.getByRole('button', { name: 'Create token' }).click();
      await visit.look('tokens-refused');
      await page.getByLabel('Name').fill('support desk');
      await page.getByLabel('licenses:read').check();
      await page.getByLabel('licenses:write').check();
      const create = page.getByRole('button', { name: 'Create token' });
      await (script ? clickTwice(create) : create.click());
      assert.match(await page.locator('.secret').innerText(), /^gld_api_/);
      await visit.look('token-created');
      await page.getByRole('link', { name: 'Done' }).click();
      await visit.look('token');
      await page.getByRole('button', { name: 'Rotate token' }).click();
      await page.getByRole('link', { name: 'Done' }).click();
      await visit.open('/console/tokens');
      assert.equal(await page.getByRole('row', { name: 'support desk' }).count(), script ? 1 : 2);
      await visit.look('tokens');

      await visit.open('/console/staff');
      await page.getByLabel('Email address').fill(script ? 'tomas@example.com' : 'lin@example.com');
      await page.getByRole('button', { name: 'Add person' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The person has the role now.');
      await visit.look('staff');
      await page.getByRole('link', { name: 'ines@example.com' }).last().click();
      await page.getByText('Remove role').first().click();
      await page.getByRole('button', { name: 'Remove role' }).click();
      assert.match(await page.getByRole('alert').innerText(), /last admin/);
      await visit.look('staff-last-admin');

      await visit.open('/console/settings');
      await visit.look('settings');
      await page.getByRole('link', { name: 'Changed' }).click();
      assert.match(await page.locator('tbody').first().innerText(), /changed/);
      await visit.look('settings-changed');

      await visit.open('/console/audit');
      await visit.look('audit');
      await page.getByLabel('Action').selectOption('token.*');
      await page.getByLabel('Who').fill('ines@example.com');
      await page.getByRole('button', { name: 'Filter' }).click();
      await visit.look('audit-filtered');
      await page.getByLabel('Kind of actor').selectOption('staff');
      await page.getByRole('button', { name: 'Filter' }).click();
      assert.ok((await page.getByText('token.created').count()) > 0);
      await visit.open('/console/audit');
      await page.getByLabel('Kind of actor').selectOption('staff');
      await page.getByRole('button', { name: 'Filter' }).click();
      assert.match(await page.locator('#actor_kind-e').innerText(), /takes another filter/);
      await visit.look('audit-refused');
      await visit.open('/console/audit?action=token.*');
      await page.getByRole('link', { name: 'all on this subject' }).first().click();
      assert.match(await page.locator('ins').first().innerText(), /./);
      await visit.look('audit-of-token');
      await visit.end();
    });
  }

  it('show the samples: a month of counts on the overview, and licenses', async () => {
    const samples = await startSite({ SAMPLE_USERS: 'on' });
    try {
      await samples.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
      await samples.useCases.recordDailyCounts.measure(async () => {});
      const visit = await suite.visit({ site: samples });
      await visit.logIn('ines@example.com');
      assert.ok((await visit.page.locator('#validations-chart').count()) === 1);
      await visit.look('dashboard');
      await visit.publish('console');
      await visit.open('/console/licenses');
      await visit.look('licenses-of-samples');
      await visit.page.getByRole('row', { name: 'editor-pro' }).filter({ hasText: '3 / 5' }).getByRole('link').click();
      assert.equal(await visit.page.getByRole('button', { name: 'Free the seat of Studio iMac' }).count(), 1);
      await visit.look('license-of-samples');
      await visit.publish('license');
      await visit.end();
    } finally {
      await samples[Symbol.asyncDispose]();
    }
  });
});
