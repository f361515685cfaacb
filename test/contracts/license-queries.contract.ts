import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fingerprint } from '../../src/domain/license/fingerprint.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../builders/license-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const RICH = aLicense({
  product: 'editor',
  expiresAt: '2027-01-01T00:00:00Z',
  graceDays: 14,
  maxActivations: 5,
  activations: 1,
  entitlements: ['pdf', 'sso'],
  metadata: { order: { number: 4711 } },
});
const PLAIN = aLicense({ id: anId(0x3002), key: aKey(2) });

/** Saved once. */
const stored = (license: typeof RICH) => ({ ...license.toSnapshot(), version: 1 });

/** What every LicenseQueries promises, but for lists of licenses, which have a contract of their own. */
export const licenseQueriesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`LicenseQueries contract: ${adapter}`, () => {
    it('shows a license by its id and by its key, all of it', async () => {
      await using stores = await openWithLicenses(open);
      const { licenseQueries } = stores;
      for (const license of [RICH, PLAIN]) {
        assert.deepEqual(await licenseQueries.get(license.id), stored(license));
        const found = await licenseQueries.findByKey(license.toSnapshot().key, undefined);
        assert.deepEqual(found, { license: stored(license), isActivated: false });
        assert.deepEqual(await licenseQueries.findById(license.id, undefined), found);
      }
    });

    it('finds nothing where there is nothing', async () => {
      await using stores = await openWithLicenses(open);
      await assert.rejects(stores.licenseQueries.get(LicenseId.parse(anId(0x3999))), { code: 'license.not-found' });
      assert.equal(await stores.licenseQueries.findByKey(aKey(3), aFingerprint()), undefined);
      assert.equal(await stores.licenseQueries.findById(LicenseId.parse(anId(0x3999)), aFingerprint()), undefined);
    });

    it('returns with the license whether the machine is activated', async () => {
      await using stores = await openWithLicenses(open);
      await activate(stores, RICH.id, 'machine-1');
      const ask = async (license: typeof RICH, fingerprint: Fingerprint | undefined) =>
        (await stores.licenseQueries.findByKey(license.toSnapshot().key, fingerprint))?.isActivated;
      assert.equal(await ask(RICH, aFingerprint(1)), true);
      assert.equal(await ask(RICH, aFingerprint(2)), false);
      assert.equal(await ask(RICH, undefined), false);
      assert.equal(await ask(PLAIN, aFingerprint(1)), false);
    });

    it('hands out nothing by which what is stored could be changed', async () => {
      await using stores = await openWithLicenses(open);
      const { metadata, entitlements } = await stores.licenseQueries.get(RICH.id);
      (metadata.order as { number: number }).number = 1;
      (entitlements as unknown[]).push('everything');
      assert.deepEqual(await stores.licenseQueries.get(RICH.id), stored(RICH));
    });

    it('lists the machines of a license in the order of their fingerprints, page by page', async () => {
      await using stores = await openWithLicenses(open);
      await activate(stores, RICH.id, 'b', 'B', 'a', '~', '!', 'c');
      await activate(stores, PLAIN.id, 'aa');
      const page = async (limit: number, after?: string) => {
        const query = {
          licenseId: RICH.id,
          limit,
          ...(after === undefined ? {} : { after: Fingerprint.parse(after) }),
        };
        return (await stores.licenseQueries.listActivations(query)).map(({ fingerprint }) => fingerprint);
      };
      assert.deepEqual(await page(9), ['!', 'B', 'a', 'b', 'c', '~']);
      assert.deepEqual(await page(2), ['!', 'B']);
      assert.deepEqual(await page(3, 'B'), ['a', 'b', 'c']);
      assert.deepEqual(await page(3, 'bb'), ['c', '~']);
      assert.deepEqual(await page(3, '~'), []);
    });

    it('lists the machines of all licenses, the newest first, with when each was last seen', async () => {
      await using stores = await openWithLicenses(open);
      const seat = (licenseId: LicenseId, fingerprint: string, ms: number) => ({
        licenseId,
        fingerprint: Fingerprint.parse(fingerprint),
        name: null,
        activatedAt: Instant.plusMs(NEW_YEAR, ms),
      });
      const [first, second, third] = [seat(PLAIN.id, 'b', 0), seat(RICH.id, 'a', 1_000), seat(PLAIN.id, 'a', 1_000)];
      const later = Instant.plusMs(NEW_YEAR, 5_000);
      await stores.unitOfWork.run(async ({ activations }) => {
        for (const machine of [first, second, third]) await activations.put(machine);
        await activations.touchLastSeen(new Map([[later, [second, seat(PLAIN.id, 'unknown', 0)]]]));
        await activations.touchLastSeen(new Map([[NEW_YEAR, [second, first]]]));
        await activations.put(second);
      });
      const view = (machine: typeof first, lastSeenAt: Instant | null) => {
        const { key, product, userId } = (machine.licenseId === PLAIN.id ? PLAIN : RICH).toSnapshot();
        return { ...machine, lastSeenAt, license: { key, product, userId } };
      };
      const newest = [view(second, later), view(third, null)].sort((a, b) => (a.licenseId < b.licenseId ? 1 : -1));
      const all = [...newest, view(first, NEW_YEAR)];
      const { licenseQueries } = stores;
      assert.deepEqual(await licenseQueries.listMachines({ limit: 9 }), all);
      const page = await licenseQueries.listMachines({ limit: 1 });
      assert.deepEqual(page, all.slice(0, 1));
      assert.deepEqual(await licenseQueries.listMachines({ limit: 9, after: page[0] }), all.slice(1));
      const ofMachine = { fingerprint: Fingerprint.parse('a'), limit: 1 };
      const [found] = await licenseQueries.listMachines(ofMachine);
      assert.deepEqual(found, newest[0]);
      assert.deepEqual(await licenseQueries.listMachines({ ...ofMachine, after: found }), newest.slice(1));
      assert.deepEqual(await licenseQueries.listMachines({ ...ofMachine, fingerprint: Fingerprint.parse('c') }), []);
      const { lastSeenAt } = (await licenseQueries.listActivations({ licenseId: RICH.id, limit: 9 }))[0] ?? {};
      assert.equal(lastSeenAt, later);
    });
  });
};

const openWithLicenses = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(async ({ users, licenses }) => {
    await users.save(aUser());
    for (const license of [RICH, PLAIN]) await licenses.save(license);
  });
  return stores;
};

const activate = ({ unitOfWork }: OpenStores, licenseId: LicenseId, ...fingerprints: string[]): Promise<void> =>
  unitOfWork.run(async ({ activations }) => {
    for (const raw of fingerprints) {
      await activations.put({ licenseId, fingerprint: Fingerprint.parse(raw), name: null, activatedAt: NEW_YEAR });
    }
  });
