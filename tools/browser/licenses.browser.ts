import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { CLIENT, useSite } from './harness.ts';

const CUSTOMERS = [
  ['it@harbourline.example.com', 'Harbourline Ltd'],
  ['studio@kestrelvale.example.com', 'Kestrel & Vale'],
  ['ops@quillworks.example.com', 'Quillworks'],
  ['hello@tallowfinch.example.com', 'Tallow & Finch'],
  [
    'a-very-long-address-of-a-department@a-very-long-name-of-a-company.example.com',
    'A company with a very long name that does not fit on a phone',
  ],
] as const;

describe('The pages of licenses', () => {
  let licenses: { id: string; key: string }[];
  const suite = useSite(async (site) => {
    await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    const now = site.container.resolve(Ports.clock).now();
    const day = (days: number) => Instant.format(Instant.wholeSecond(Instant.plusMs(now, days * 86_400_000)));
    const caller = Caller.system('cli');
    const { issueLicense, activateLicense, changeLicense, validateLicense, recordValidations } = site.useCases;
    licenses = [];
    for (const [index, [email, name]] of CUSTOMERS.entries()) {
      const userId = await site.join(email, { name });
      const terms = {
        product: index === 3 ? null : 'editor',
        startsAt: day(-360),
        expiresAt: [day(4), day(200), day(-3), null, day(25)][index],
        graceDays: 14,
        maxActivations: [25, 4, 5, null, 10][index],
        entitlements: ['export-pdf', 'plugins', 'priority-support'],
        metadata: { order: 'HB-2025-0117' },
      };
      const license = await issueLicense.execute({ caller, client: CLIENT, userId, terms });
      licenses.push(license);
      for (const [seat, machine] of ['Front desk', 'Ada’s laptop', 'Render node 2', undefined].entries()) {
        const fingerprint = `${license.id.slice(-8)}c4d8829b${seat}`;
        const command = { caller, client: CLIENT, licenseId: license.id, fingerprint };
        await activateLicense.execute({ ...command, ...(machine !== undefined && { name: machine }) });
      }
    }
    const [first, second] = licenses;
    await changeLicense.suspend({ caller, client: CLIENT, licenseId: second?.id ?? '' });
    await validateLicense.execute({ licenseKey: first?.key ?? '', client: CLIENT });
    await recordValidations.execute();
  });

  for (const script of [true, false]) {
    it(`let staff issue, find, show and move a license, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn('ines@example.com');
      await visit.open('/console/licenses');
      await visit.look('licenses');
      await page.getByRole('searchbox', { name: 'License key' }).fill('46CFM-96F2H');
      await page.getByRole('button', { name: 'Find' }).click();
      assert.match(await page.getByRole('alert').innerText(), /No license was found/);
      await visit.look('licenses-not-found');
      await page.getByRole('link', { name: 'Revoked' }).click();
      await visit.look('licenses-empty');
      await page.getByRole('link', { name: 'All', exact: true }).click();
      await page.getByRole('link', { name: 'Issue license' }).click();
      await page.getByLabel('Customer’s address').fill('unknown@example.com');
      await page.getByRole('textbox', { name: 'Days', exact: true }).fill('30');
      await page.getByLabel('Ends on').fill('2099-01-01');
      await page.getByRole('button', { name: 'Issue license' }).click();
      await visit.look('license-new-refused');
      await page.getByLabel('Customer’s address').fill('it@harbourline.example.com');
      await page.getByLabel('Ends on').fill('');
      await page.getByRole('button', { name: 'Issue license' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The license was issued.');
      await page.getByText('Suspend …').click();
      await page.getByRole('button', { name: 'Suspend license' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The license was suspended.');
      await page.getByText('Reinstate …').click();
      await page.getByRole('button', { name: 'Reinstate license' }).click();

      const [first] = licenses;
      await page.getByRole('link', { name: '← Licenses' }).click();
      await page.getByRole('searchbox', { name: 'License key' }).fill(first?.key ?? '');
      await page.getByRole('button', { name: 'Find' }).click();
      assert.equal(new URL(page.url()).pathname, `/console/licenses/${first?.id}`);
      await visit.look('license');
      await page.getByRole('button', { name: 'Show key' }).click();
      assert.equal(await page.locator('#license-key').innerText(), first?.key);
      const copy = page.getByRole('button', { name: /Copy|Copied|Selected/ });
      assert.equal(await copy.isVisible(), script);
      if (script) {
        await copy.click();
        await page.getByText('Selected', { exact: true }).waitFor();
        const selected = await page.evaluate<string>('getSelection().toString()');
        assert.equal(selected, await page.locator('#license-key').innerText());
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await copy.click();
        await page.getByText('Copied', { exact: true }).waitFor();
        assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), selected);
      }
      await visit.look('license-key');
      await visit.open(`/console/licenses/${first?.id}`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download file' }).click(),
      ]);
      assert.equal(download.suggestedFilename(), `license-${first?.id}.lic`);
      await page
        .getByRole('button', { name: /^Free the seat of/ })
        .first()
        .click();
      assert.equal(await page.getByRole('status').innerText(), 'The seat was freed.');
      await page.getByText('Revoke …').click();
      await page.getByLabel('The last four characters').fill('nope');
      await page.getByRole('button', { name: 'Revoke license permanently' }).click();
      await visit.look('license-revoke-refused');
      await page.getByRole('link', { name: 'Change terms' }).click();
      await visit.look('license-terms');
      await page.getByLabel('Seats').fill('30');
      await page.getByRole('button', { name: 'Change terms' }).click();
      await page.getByRole('link', { name: 'Renew' }).click();
      await visit.look('license-renew');
      await page.getByRole('button', { name: 'Renew license' }).click();
      assert.equal(await page.getByRole('status').innerText(), 'The license was renewed.');
      await visit.end();
    });
  }
});
