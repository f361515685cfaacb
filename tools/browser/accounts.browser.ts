import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Caller } from '../../src/domain/access/caller.ts';
import { CLIENT, useSite } from './harness.ts';

describe('The pages of accounts and machines', () => {
  const suite = useSite(async (site) => {
    await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    const caller = Caller.system('cli');
    for (const [email, name] of [
      ['it@harbourline.example.com', 'Harbourline Ltd'],
      ['desk@harbour.example.com', 'Saltmarsh Studio'],
      ['a-very-long-address-of-a-department@a-very-long-name-of-a-company.example.com', 'Peregrine Freight'],
    ] as const) {
      const userId = await site.join(email, { name });
      for (const product of ['editor', 'renderer']) {
        const terms = { product, days: 365, maxActivations: 5 };
        const { id: licenseId } = await site.useCases.issueLicense.execute({ caller, client: CLIENT, userId, terms });
        for (const machine of ['Front desk', 'Ada’s laptop']) {
          const fingerprint = `${licenseId.slice(-12)}${machine.length.toString(16).padStart(4, '0')}`;
          const command = { caller, client: CLIENT, licenseId, fingerprint, name: machine };
          await site.useCases.activateLicense.execute(command);
        }
      }
    }
  });

  for (const script of [true, false]) {
    it(`let staff find, ban and unban an account, and free a seat, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn('ines@example.com');
      await visit.open('/console/accounts');
      await page.getByRole('searchbox', { name: 'Address or name' }).fill('HARBOUR');
      await page.getByRole('button', { name: 'Find' }).click();
      assert.equal(await page.getByText('desk@harbour.example.com').isVisible(), false);
      await visit.look('accounts-found');
      await page.getByRole('link', { name: 'Harbourline Ltd' }).click();
      await visit.look('account');
      await page.getByText('Ban …').click();
      await page.getByLabel('Reason').fill('A chargeback');
      await visit.look('account-ban');
      await page.getByRole('button', { name: 'Ban account' }).click();
      assert.match(await page.getByRole('status').innerText(), /was banned/);
      await visit.look('account-banned');
      await page.getByText('Unban …').click();
      await page.getByRole('button', { name: 'Unban account' }).click();
      assert.match(await page.getByRole('status').innerText(), /was unbanned/);
      await page.getByRole('link', { name: 'editor' }).click();
      assert.match(new URL(page.url()).pathname, /^\/console\/licenses\//);
      await visit.open('/console/machines');
      await visit.look('machines');
      await page
        .getByRole('button', { name: /^Free the seat of/ })
        .first()
        .click();
      assert.equal(await page.getByRole('status').innerText(), 'The seat was freed.');
      await visit.end();
    });
  }
});
