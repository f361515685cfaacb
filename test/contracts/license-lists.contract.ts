import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { License } from '../../src/domain/license/license.ts';
import type { LicenseSnapshot } from '../../src/domain/license/license-snapshot.ts';
import { LICENSE_STATUSES } from '../../src/domain/license/license-status.ts';
import { Product } from '../../src/domain/license/product.ts';
import { DAY_MS, Instant } from '../../src/domain/shared/instant.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import type { LicenseListQuery } from '../../src/ports/license-queries.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aKey, aLicense } from '../builders/license-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const inDays = (days: number, ms = 0): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS + ms);
const written = (at: Instant): string => Instant.format(at);

/** One of every kind that a filter distinguishes; ends and products are mixed so that no two orders are equal. */
const LICENSES: readonly License[] = [
  { expiresAt: written(inDays(40)), product: 'editor' },
  { product: 'editor' },
  { expiresAt: written(inDays(20)), graceDays: 5, product: 'viewer' },
  { startsAt: written(inDays(25)), expiresAt: written(inDays(60)), product: 'editor' },
  { expiresAt: written(inDays(20)), product: 'editor' },
  { expiresAt: written(inDays(10)), graceDays: 30, product: 'editor', userId: anId(2) },
  { expiresAt: written(inDays(15)), product: 'viewer', status: 'suspended' as const },
  { expiresAt: written(inDays(5)), graceDays: 1, product: 'editor', userId: anId(2) },
  { expiresAt: written(inDays(30)), product: 'viewer', status: 'revoked' as const },
  { startsAt: written(inDays(22)), userId: anId(2) },
].map((terms, nth) => aLicense({ id: anId(0x3001 + nth), key: aKey(nth), ...terms }));

/** On both sides of each beginning, each end and each end of grace. */
const MOMENTS = [0, 5, 6, 10, 15, 20, 22, 25, 30, 40, 60].flatMap((days) => [inDays(days, -1), inDays(days)]);

/** What every LicenseQueries promises of lists. */
export const licenseListsContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`LicenseQueries contract, lists: ${adapter}`, () => {
    it('lists in the order of issue', async () => {
      await using stores = await openWithLicenses(open);
      assert.deepEqual(await numbers(stores, {}), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.deepEqual(await numbers(stores, { limit: 3 }), [1, 2, 3]);
    });

    it('lists those of one user, of one product, of one status', async () => {
      await using stores = await openWithLicenses(open);
      assert.deepEqual(await numbers(stores, { userId: UserId.parse(anId(2)) }), [6, 8, 10]);
      assert.deepEqual(await numbers(stores, { product: Product.parse('viewer') }), [3, 7, 9]);
      assert.deepEqual(await numbers(stores, { product: Product.parse('Viewer') }), []);
      // What a client asks for need be no product.
      const noProduct = { product: Product.normalize('\0') };
      assert.deepEqual(await numbers(stores, noProduct), []);
      assert.deepEqual(await stores.licenseQueries.listWithOwners({ at: NEW_YEAR, limit: 100, ...noProduct }), []);
      assert.deepEqual(await numbers(stores, { status: 'revoked' }), [9]);
      assert.deepEqual(await numbers(stores, { userId: UserId.parse(anId(3)) }), []);
    });

    it('agrees with the license itself on its status, at every moment that matters', async () => {
      await using stores = await openWithLicenses(open);
      for (const at of MOMENTS) {
        for (const status of LICENSE_STATUSES) {
          const expected = LICENSES.flatMap((license, nth) => (license.statusAt(at) === status ? [nth + 1] : []));
          const listed = await numbers(stores, { status, at });
          assert.deepEqual(
            [...listed].sort((one, other) => one - other),
            expected,
            `${status} at ${at}`,
          );
        }
      }
    });

    it('lists those that end before a moment, the nearest end first, and never those without an end', async () => {
      await using stores = await openWithLicenses(open);
      assert.deepEqual(await numbers(stores, { expiresBefore: inDays(30) }), [8, 6, 7, 3, 5]);
      assert.deepEqual(await numbers(stores, { expiresBefore: inDays(5) }), []);
      assert.deepEqual(await numbers(stores, { expiresBefore: inDays(1_000) }), [8, 6, 7, 3, 5, 9, 1, 4]);
    });

    it('lists what is over or nearly over with the nearest end first', async () => {
      await using stores = await openWithLicenses(open);
      assert.deepEqual(await numbers(stores, { status: 'in_grace', at: inDays(20) }), [6, 3]);
      assert.deepEqual(await numbers(stores, { status: 'expired', at: inDays(50) }), [8, 6, 3, 5, 1]);
    });

    it('takes all filters together', async () => {
      await using stores = await openWithLicenses(open);
      const [product, userId] = [Product.parse('editor'), UserId.parse(anId(2))];
      const [at, expiresBefore] = [inDays(20), inDays(50)];
      assert.deepEqual(await numbers(stores, { status: 'active', product, at }), [1, 2]);
      assert.deepEqual(await numbers(stores, { product, expiresBefore }), [8, 6, 5, 1]);
      assert.deepEqual(await numbers(stores, { status: 'in_grace', product, expiresBefore, at }), [6]);
      assert.deepEqual(await numbers(stores, { userId, expiresBefore }), [6, 8]);
      assert.deepEqual(await numbers(stores, { userId, status: 'expired', at }), [8]);
      assert.deepEqual(await numbers(stores, { userId, product, status: 'expired', expiresBefore, at }), [8]);
    });

    it('gives every license once, page by page, in every order and with every filter', async () => {
      await using stores = await openWithLicenses(open);
      const queries: Partial<LicenseListQuery>[] = [
        {},
        { userId: UserId.parse(anId(2)) },
        { product: Product.parse('editor') },
        { status: 'active' },
        { status: 'expired', at: inDays(50) },
        { status: 'in_grace', at: inDays(20) },
        { expiresBefore: inDays(1_000) },
        { expiresBefore: inDays(1_000), product: Product.parse('editor') },
        { expiresBefore: inDays(1_000), userId: UserId.parse(anId(2)) },
      ];
      for (const query of queries) {
        const all = await numbers(stores, query);
        for (const limit of [1, 2, 3]) assert.deepEqual(await pages(stores, { ...query, limit }), all);
      }
    });

    it('lists the same with their owners, with every filter', async () => {
      await using stores = await openWithLicenses(open);
      const owners = new Map([
        [anId(1), { email: 'ada@example.com', name: 'Ada Lovelace' }],
        [anId(2), { email: 'bob@example.com', name: null }],
      ]);
      const queries: Partial<LicenseListQuery>[] = [
        {},
        { limit: 3 },
        { after: { id: aLicense({ id: anId(0x3004) }).id, expiresAt: inDays(60) } },
        { userId: UserId.parse(anId(2)) },
        { product: Product.parse('editor') },
        { status: 'suspended' },
        { status: 'in_grace', at: inDays(20) },
        { expiresBefore: inDays(1_000), product: Product.parse('viewer') },
      ];
      for (const query of queries) {
        const expected = (await list(stores, query)).map(({ entitlements, metadata, version, ...license }) => ({
          ...license,
          owner: owners.get(license.userId),
        }));
        assert.ok(expected.length > 0);
        assert.deepEqual(await stores.licenseQueries.listWithOwners({ at: NEW_YEAR, limit: 100, ...query }), expected);
      }
    });

    it('continues after a cursor whose license is deleted, and between two with the same end', async () => {
      await using stores = await openWithLicenses(open);
      const gone = { id: aLicense({ id: anId(0x3004) }).id, expiresAt: inDays(20) };
      assert.deepEqual(await numbers(stores, { after: gone }), [5, 6, 7, 8, 9, 10]);
      assert.deepEqual(await numbers(stores, { after: gone, expiresBefore: inDays(35) }), [5, 9]);
    });
  });
};

const openWithLicenses = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(async ({ users, licenses }) => {
    await users.save(aUser());
    await users.save(aUser({ id: anId(2), email: 'bob@example.com', name: null }));
    for (const license of LICENSES.toReversed()) await licenses.save(license);
  });
  return stores;
};

const list = ({ licenseQueries }: OpenStores, query: Partial<LicenseListQuery>): Promise<readonly LicenseSnapshot[]> =>
  licenseQueries.list({ at: NEW_YEAR, limit: 100, ...query });

const numberOf = ({ id }: LicenseSnapshot): number => LICENSES.findIndex((license) => license.id === id) + 1;

const numbers = async (stores: OpenStores, query: Partial<LicenseListQuery>): Promise<number[]> =>
  (await list(stores, query)).map(numberOf);

const pages = async (stores: OpenStores, query: Partial<LicenseListQuery>): Promise<number[]> => {
  const all: number[] = [];
  for (let page = await list(stores, query); page.length > 0; ) {
    all.push(...page.map(numberOf));
    page = await list(stores, { ...query, after: page.at(-1) as LicenseSnapshot });
  }
  return all;
};
