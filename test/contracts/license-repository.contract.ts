import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { License } from '../../src/domain/license/license.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { LicenseTerms } from '../../src/domain/license/license-terms.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { aToken } from '../builders/api-token-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../builders/license-builder.ts';
import { aPasswordReset } from '../builders/password-reset-builder.ts';
import { aSession } from '../builders/session-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import { inUnitsOfWork, type OpenStores } from './open-stores.ts';

const NOWHERE = LicenseId.parse(anId(0x3999));
const NO_ONE = UserId.parse(anId(0x7777));
const later = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

/** What every LicenseRepository promises. */
export const licenseRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`LicenseRepository contract: ${adapter}`, () => {
    it('gives back what was saved, every field of it', async () => {
      await using stores = await openWithUser(open);
      const license = aLicense({
        product: "Édition 'pro'; drop table licenses; --",
        startsAt: '2026-02-01T00:00:00Z',
        expiresAt: '2027-02-01T00:00:00Z',
        graceDays: 14,
        maxActivations: 5,
        activations: 3,
        status: 'suspended',
        ownerBanned: true,
        entitlements: ['pdf', 'sso'],
        metadata: { z: [1, null, 'ž🐎'], a: { b: 0.1 }, path: 'C:\\u0000' },
      });
      await save(stores, license);
      const saved = { ...license.toSnapshot(), version: 1 };
      assert.deepEqual(await read(stores, license.id), saved);
      assert.equal(
        JSON.stringify((await read(stores, license.id)).metadata),
        '{"z":[1,null,"ž🐎"],"a":{"b":0.1},"path":"C:\\\\u0000"}',
      );
    });

    it('gives back a license with nothing but an owner and a key', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      assert.deepEqual(await read(stores, aLicense().id), { ...aLicense().toSnapshot(), version: 1 });
    });

    it('replaces the version that was read, and takes a new one for stale', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      await change(stores, (license) => license.suspend());
      const changed = await read(stores, aLicense().id);
      assert.deepEqual([changed.status, changed.version], ['suspended', 2]);
      await assert.rejects(save(stores, aLicense()), { code: 'license.stale' });
      const gone = aLicense({ id: NOWHERE, key: aKey(2) });
      await assert.rejects(
        stores.unitOfWork.run(async ({ licenses }) => {
          await licenses.save(gone);
          const saved = await licenses.lock(NOWHERE);
          await licenses.save(saved.suspend());
          await licenses.save(saved.revoke());
        }),
        { code: 'license.stale' },
      );
    });

    it('finds no license that was never stored', async () => {
      await using stores = await openWithUser(open);
      await assert.rejects(read(stores, NOWHERE), { code: 'license.not-found' });
    });

    it('rejects a license of an unknown user', async () => {
      await using stores = await open();
      await assert.rejects(save(stores, aLicense()), { code: 'user.not-found' });
    });

    it('rejects a key that another license has, and keeps the first', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      const second = aLicense({ id: NOWHERE });
      await assert.rejects(save(stores, second), { code: 'license.key-taken' });
      await assert.rejects(read(stores, second.id), { code: 'license.not-found' });
      const found = await stores.licenseQueries.findByKey(aKey(), undefined);
      assert.equal(found?.license.id, aLicense().id);
    });

    it('ASVS 15.4.2: lets one of fifty have a key, and rejects all others', async () => {
      await using stores = await openWithUser(open);
      const orders = Array.from({ length: 50 }, (_, nth) => aLicense({ id: anId(0x3001 + nth) }));
      const results = await Promise.allSettled(orders.map((license) => save(stores, license)));
      const refused = results.filter((result) => result.status === 'rejected');
      assert.equal(refused.length, 49);
      for (const { reason } of refused) assert.equal(reason.code, 'license.key-taken');
    });

    it('ASVS 15.4.2: keeps others off what it has locked: fifty take a seat at once, and none is lost', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense({ maxActivations: 30 }));
      const take = async ({ licenses }: Stores) => {
        const license = await licenses.lock(aLicense().id);
        await new Promise(setImmediate);
        await licenses.save(license.takeSeat(NEW_YEAR));
      };
      const results = await Promise.allSettled(Array.from({ length: 50 }, () => stores.unitOfWork.run(take)));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 30);
      assert.equal((await read(stores, aLicense().id)).activations, 30);
    });

    it('marks all licenses of a banned owner, more than a statement takes, and no others', async () => {
      await using stores = await openWithUser(open);
      const [ids, bobs] = [manyIds(2_001), LicenseId.parse(anId(0x9001))];
      await inUnitsOfWork(stores, ids, ({ licenses }, id, nth) => licenses.save(aLicense({ id, key: aKey(nth) })));
      await stores.unitOfWork.run(async ({ users, licenses }) => {
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        await licenses.save(aLicense({ id: bobs, key: aKey(9_001), userId: anId(2) }));
      });
      const mark = (isBanned: boolean) =>
        stores.unitOfWork.run(({ licenses }) => licenses.markOwnerBanned(aUser().id, isBanned));
      const found = async (id: LicenseId) => {
        const { ownerBanned, version } = await read(stores, id);
        return [ownerBanned, version];
      };
      assert.equal(await mark(true), 2_001);
      assert.equal(await mark(true), 0, 'they are marked already');
      for (const id of [ids[0], ids[1_000], ids.at(-1)]) assert.deepEqual(await found(id as LicenseId), [true, 2]);
      assert.deepEqual(await found(bobs), [false, 1]);
      assert.equal(await mark(false), 2_001);
      assert.deepEqual(await found(ids[0] as LicenseId), [false, 3]);
      assert.equal(await stores.unitOfWork.run(({ licenses }) => licenses.markOwnerBanned(NO_ONE, true)), 0);
    });

    it('keeps what a writer saves who has locked a license that is marked meanwhile', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      await Promise.all([
        ...Array.from({ length: 5 }, () => change(stores, (license) => license.takeSeat(NEW_YEAR)).catch(onlyBanned)),
        stores.unitOfWork.run(({ licenses }) => licenses.markOwnerBanned(aUser().id, true)),
      ]);
      const { ownerBanned, activations, version } = await read(stores, aLicense().id);
      assert.deepEqual([ownerBanned, version], [true, activations + 2]);
    });

    it('notes when licenses were asked about, never backwards, and skips those it does not know', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      await save(stores, aLicense({ id: anId(0x3002), key: aKey(2) }));
      const note = (at: Instant) =>
        stores.unitOfWork.run(({ licenses }) => licenses.touchLastValidated(new Map([[at, [NOWHERE, aLicense().id]]])));
      for (const ms of [5_000, 9_000, 7_000]) await note(later(ms));
      const { lastValidatedAt, version } = await read(stores, aLicense().id);
      assert.deepEqual([lastValidatedAt, version], [later(9_000), 1]);
      assert.equal((await read(stores, LicenseId.parse(anId(0x3002)))).lastValidatedAt, null);
    });

    it('notes any number of licenses at once', async () => {
      await using stores = await openWithUser(open);
      const ids = Array.from({ length: 75 }, (_, nth) => LicenseId.parse(anId(0x3001 + nth)));
      await stores.unitOfWork.run(async ({ licenses }) => {
        for (const [nth, id] of ids.entries()) await licenses.save(aLicense({ id, key: aKey(nth) }));
        await licenses.touchLastValidated(new Map([[NEW_YEAR, ids]]));
        await licenses.touchLastValidated(new Map());
      });
      for (const id of ids) assert.equal((await read(stores, id)).lastValidatedAt, NEW_YEAR);
    });

    it('loses no note to a writer who saves a license that was read before it', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aLicense());
      await stores.unitOfWork.run(async ({ licenses }) => {
        const license = await licenses.lock(aLicense().id);
        await licenses.touchLastValidated(new Map([[NEW_YEAR, [license.id]]]));
        await licenses.save(license.updateTerms(LicenseTerms.parseChange({ graceDays: 3 }), NEW_YEAR));
      });
      const { graceDays, lastValidatedAt } = await read(stores, aLicense().id);
      assert.deepEqual([graceDays, lastValidatedAt], [3, NEW_YEAR]);
    });

    it('lets licenses and activations leave with their user, in one, and leaves those of others', async () => {
      await using stores = await openWithUser(open);
      const bobs = aLicense({ id: anId(0x3002), key: aKey(2), userId: anId(2) });
      const unused = aLicense({ id: anId(0x3004), key: aKey(4) });
      await stores.unitOfWork.run(async ({ users, licenses, activations, sessions, passwordResets, apiTokens }) => {
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        await licenses.save(unused);
        await sessions.add(aSession());
        await passwordResets.put(aPasswordReset());
        await apiTokens.save(aToken({ ownerId: aUser().id }));
        for (const license of [aLicense({ activations: 1 }), bobs]) {
          await licenses.save(license);
          const seat = { licenseId: license.id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };
          await activations.put(seat);
        }
        const along = { sessions: 1, passwordResets: 1, apiTokens: 1, licenses: 2, activations: 1 };
        assert.deepEqual(await users.remove(aUser().id), along);
        assert.equal(await activations.find(aLicense().id, aFingerprint()), undefined);
        assert.notEqual(await activations.find(bobs.id, aFingerprint()), undefined);
      });
      await assert.rejects(read(stores, aLicense().id), { code: 'license.not-found' });
      assert.equal(await stores.licenseQueries.findByKey(aKey(), aFingerprint()), undefined);
      assert.equal((await read(stores, bobs.id)).userId, anId(2));
      // The key is free again: nothing of the license was left behind.
      const again = aLicense({ id: anId(0x3003), userId: anId(2) });
      await save(stores, again);
      assert.deepEqual((await stores.licenseQueries.findByKey(aKey(), aFingerprint()))?.isActivated, false);
    });

    it('lets more licenses and machines leave with their user than a statement takes, and leaves those of others', async () => {
      await using stores = await openWithUser(open);
      const [ids, bobs] = [manyIds(1_003), LicenseId.parse(anId(0x9001))];
      const seats = new Map([
        [ids[0], 600],
        [ids[1], 600],
        [ids.at(-1), 1_000],
      ]);
      await stores.unitOfWork.run(({ users }) => users.save(aUser({ id: anId(2), email: 'bob@example.com' })));
      const save = ({ licenses }: Stores, id: LicenseId, nth: number) => {
        const userId = id === bobs ? anId(2) : aUser().id;
        return licenses.save(aLicense({ id, key: aKey(nth), userId, activations: seats.get(id) ?? 0 }));
      };
      await inUnitsOfWork(stores, [...ids, bobs], save);
      const machines = [...seats].flatMap(([id, count]) =>
        Array.from({ length: count }, (_, nth) => [id, nth] as const),
      );
      await inUnitsOfWork(stores, [...machines, [bobs, 1] as const], ({ activations }, [id, nth]) =>
        activations.put({
          licenseId: id as LicenseId,
          fingerprint: aFingerprint(nth),
          name: null,
          activatedAt: NEW_YEAR,
        }),
      );
      const removed = await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.deepEqual([removed.licenses, removed.activations], [1_003, 2_200]);
      for (const id of [ids[0], ids[1_000], ids.at(-1)]) {
        await assert.rejects(read(stores, id as LicenseId), { code: 'license.not-found' });
      }
      const found = await stores.licenseQueries.findById(bobs, aFingerprint(1));
      assert.deepEqual([found?.license.userId, found?.isActivated], [anId(2), true]);
    });

    it('does not show what a unit of work will not keep', async () => {
      await using stores = await openWithUser(open);
      const failing = stores.unitOfWork.run(async ({ licenses }) => {
        await licenses.save(aLicense());
        throw new Error('halfway');
      });
      await assert.rejects(failing, /halfway/);
      await assert.rejects(stores.licenseQueries.get(aLicense().id), { code: 'license.not-found' });
      await save(stores, aLicense());
    });
  });
};

const openWithUser = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(({ users }) => users.save(aUser()));
  return stores;
};

const manyIds = (count: number): LicenseId[] =>
  Array.from({ length: count }, (_, nth) => LicenseId.parse(anId(0x3001 + nth)));

const onlyBanned = (error: unknown): void => {
  if (!(error instanceof DomainError && error.code === 'license.state')) throw error;
};

const save = ({ unitOfWork }: OpenStores, license: License): Promise<void> =>
  unitOfWork.run(({ licenses }) => licenses.save(license));

const read = async ({ unitOfWork }: OpenStores, id: LicenseId) =>
  (await unitOfWork.run(({ licenses }) => licenses.lock(id))).toSnapshot();

const change = ({ unitOfWork }: OpenStores, move: (license: License) => License): Promise<void> =>
  unitOfWork.run(async ({ licenses }) => licenses.save(move(await licenses.lock(aLicense().id))));
