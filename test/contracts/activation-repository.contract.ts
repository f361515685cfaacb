import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Activation, MachineName } from '../../src/domain/license/activation.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../builders/license-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const [LICENSE, OTHER_LICENSE] = [aLicense(), aLicense({ id: anId(0x3002), key: aKey(2) })];

const aSeat = (seat: Partial<Activation> = {}): Activation => ({
  licenseId: LICENSE.id,
  fingerprint: aFingerprint(),
  name: MachineName.parse('Ada’s laptop'),
  activatedAt: NEW_YEAR,
  ...seat,
});

/** What every ActivationRepository promises. */
export const activationRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`ActivationRepository contract: ${adapter}`, () => {
    it('finds what was put, with its name and without', async () => {
      await using stores = await openWithLicenses(open);
      const nameless = aSeat({ fingerprint: aFingerprint(2), name: null });
      await put(stores, aSeat(), nameless);
      assert.deepEqual(await find(stores, aSeat()), aSeat());
      assert.deepEqual(await find(stores, nameless), nameless);
    });

    it('finds a machine by license and exact fingerprint', async () => {
      await using stores = await openWithLicenses(open);
      await put(stores, aSeat({ fingerprint: 'Machine' as Activation['fingerprint'] }));
      for (const [licenseId, fingerprint] of [
        [OTHER_LICENSE.id, 'Machine'],
        [LICENSE.id, 'machine'],
        [LICENSE.id, 'Machin_'],
        [LICENSE.id, '%'],
      ]) {
        const seat = aSeat({ licenseId, fingerprint } as Partial<Activation>);
        assert.equal(await find(stores, seat), undefined, `${licenseId} ${fingerprint}`);
      }
    });

    it('replaces that of the same machine', async () => {
      await using stores = await openWithLicenses(open);
      const renamed = aSeat({ name: MachineName.parse('Ada’s desktop'), activatedAt: Instant.plusMs(NEW_YEAR, 1_000) });
      await put(stores, aSeat(), renamed);
      assert.deepEqual(await find(stores, aSeat()), renamed);
      assert.equal((await stores.licenseQueries.listActivations({ licenseId: LICENSE.id, limit: 9 })).length, 1);
    });

    it('removes one, and takes no harm from removing what is not there', async () => {
      await using stores = await openWithLicenses(open);
      const other = aSeat({ fingerprint: aFingerprint(2) });
      await put(stores, aSeat(), other);
      const remove = () => stores.unitOfWork.run(({ activations }) => activations.remove(LICENSE.id, aFingerprint()));
      await remove();
      await remove();
      assert.equal(await find(stores, aSeat()), undefined);
      assert.deepEqual(await find(stores, other), other);
    });

    it('keeps no seat on a license that there is not', async () => {
      await using stores = await openWithLicenses(open);
      await assert.rejects(put(stores, aSeat({ licenseId: LicenseId.parse(anId(0x3999)) })));
    });
  });
};

const openWithLicenses = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(async ({ users, licenses }) => {
    await users.save(aUser());
    for (const license of [LICENSE, OTHER_LICENSE]) await licenses.save(license);
  });
  return stores;
};

const put = ({ unitOfWork }: OpenStores, ...seats: Activation[]): Promise<void> =>
  unitOfWork.run(async ({ activations }) => {
    for (const seat of seats) await activations.put(seat);
  });

const find = ({ unitOfWork }: OpenStores, { licenseId, fingerprint }: Activation) =>
  unitOfWork.run(({ activations }) => activations.find(licenseId, fingerprint));
