import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApiToken, ApiTokenId } from '../../src/domain/access/api-token.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { aSecretHash, aToken } from '../builders/api-token-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const UNKNOWN = ApiTokenId.parse(anId(0x7999));
const DAY_MS = 86_400_000;
const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

/** What every ApiTokenRepository promises, and every ApiTokenQueries. */
export const apiTokenRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`ApiTokenRepository contract: ${adapter}`, () => {
    it('returns what was saved, every field of it', async () => {
      await using stores = await openWithUser(open);
      const token = aToken({
        name: "Žofie's 'server'; drop table api_tokens; --",
        scopes: ['licenses:write', 'licenses:read'],
        products: ['editor', 'Žofie "🐎"'],
        networks: ['192.0.2.0/24', '2001:db8::/32'],
        expiresInDays: 7,
      }).rotate({ tokenHash: aSecretHash(2), hint: 'abcd' }, { at: after(5) });
      await save(stores, token);
      const saved = { ...token.toSnapshot(), version: 1 };
      assert.deepEqual(await stored(stores, token.id), saved);
      assert.deepEqual((await lock(stores, token.id)).toSnapshot(), saved);
    });

    it('returns a token without an owner and without restrictions', async () => {
      await using stores = await open();
      const token = aToken({ ownerId: null });
      await save(stores, token);
      assert.deepEqual(await stored(stores, token.id), { ...token.toSnapshot(), version: 1 });
    });

    it('replaces the version that was read, and rejects an earlier one', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken());
      await save(stores, (await lock(stores, aToken().id)).change({ name: 'deployment', networks: ['10.0.0.0/8'] }));
      const { name, networks, version } = await stored(stores);
      assert.deepEqual([name, networks, version], ['deployment', ['10.0.0.0/8'], 2]);
      await assert.rejects(save(stores, aToken()), { code: 'token.stale' });
      const removed = await lock(stores, aToken().id);
      await stores.unitOfWork.run(({ apiTokens }) => apiTokens.remove(removed.id));
      await assert.rejects(save(stores, removed), { code: 'token.stale' });
    });

    it('rejects a token of an unknown owner', async () => {
      await using stores = await open();
      await assert.rejects(save(stores, aToken()), { code: 'user.not-found' });
    });

    it('reports a token that does not exist', async () => {
      await using stores = await open();
      await assert.rejects(lock(stores, UNKNOWN), { code: 'token.not-found' });
      await assert.rejects(stores.apiTokenQueries.get(UNKNOWN), { code: 'token.not-found' });
      await stores.unitOfWork.run(({ apiTokens }) => apiTokens.remove(UNKNOWN));
      assert.equal(await stores.apiTokenQueries.findByHash(aSecretHash()), undefined);
      assert.deepEqual(await stores.apiTokenQueries.list(), []);
    });

    it('ends with the account of its owner, and no other does', async () => {
      await using stores = await openWithUser(open);
      const other = aToken({ id: anId(0x7002), secret: 2, ownerId: null });
      await save(stores, aToken());
      await save(stores, other);
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.deepEqual(await ids(stores), [other.id]);
      assert.equal(await stores.apiTokenQueries.findByHash(aSecretHash()), undefined);
    });

    it('lists all tokens, the newest first', async () => {
      await using stores = await openWithUser(open);
      for (const n of [2, 3, 1]) await save(stores, aToken({ id: anId(0x7000 + n), secret: n }));
      assert.deepEqual(await ids(stores), [anId(0x7003), anId(0x7002), anId(0x7001)]);
    });

    it('finds a token by its present secret and by the one before', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken());
      await save(stores, aToken({ id: anId(0x7002), secret: 9 }));
      const rotate = async (n: number) => {
        const secret = { tokenHash: aSecretHash(n), hint: 'abcd' };
        await save(stores, (await lock(stores, aToken().id)).rotate(secret, { at: NEW_YEAR }));
      };
      await rotate(2);
      const found = async (n: number) => (await stores.apiTokenQueries.findByHash(aSecretHash(n)))?.token.id;
      assert.deepEqual([await found(1), await found(2)], [aToken().id, aToken().id]);
      await rotate(3);
      assert.deepEqual([await found(1), await found(2), await found(3)], [undefined, aToken().id, aToken().id]);
      assert.equal(await found(9), anId(0x7002));
    });

    it('finds the owner of a token as they are now', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken());
      await save(stores, aToken({ id: anId(0x7002), secret: 2, ownerId: null }));
      const owner = async (n = 1) => {
        const { apiTokenQueries } = stores;
        const found = await apiTokenQueries.findByHash(aSecretHash(n));
        const listed = (await apiTokenQueries.list()).find(({ token }) => token.id === found?.token.id);
        assert.deepEqual(listed?.owner, found?.owner);
        assert.deepEqual((await apiTokenQueries.get(anId(0x7000 + n) as ApiTokenId)).owner, found?.owner);
        return found?.owner;
      };
      const { email } = aUser();
      assert.deepEqual(await owner(), { email, role: null, isBanned: false, isSample: false });
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save((await users.get(aUser().id)).withRole('support', NEW_YEAR).ban(null, NEW_YEAR).asSample());
      });
      assert.deepEqual(await owner(), { email, role: 'support', isBanned: true, isSample: true });
      assert.equal(await owner(2), null);
    });

    it('counts the live tokens of an owner, and those without one by themselves', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken({ expiresInDays: 1 }));
      await save(stores, aToken({ id: anId(0x7002), secret: 2 }));
      await save(stores, aToken({ id: anId(0x7003), secret: 3, ownerId: null }));
      const count = (ownerId: UserId | null, at: Instant) =>
        stores.unitOfWork.run(({ apiTokens }) => apiTokens.countLive(ownerId, at));
      assert.equal(await count(aUser().id, after(DAY_MS - 1)), 2);
      assert.equal(await count(aUser().id, after(DAY_MS)), 1);
      assert.equal(await count(null, NEW_YEAR), 1);
      assert.equal(await count(UserId.parse(anId(2)), NEW_YEAR), 0);
    });

    for (const [owner, ownerId] of Object.entries({ 'an owner': anId(1), root: null })) {
      it(`ASVS 15.4.2: keeps a limit on the tokens of ${owner} when ten are added at the same time`, async () => {
        await using stores = await openWithUser(open);
        const add = (n: number) =>
          stores.unitOfWork.run(async ({ apiTokens }) => {
            const token = aToken({ id: anId(0x7000 + n), secret: n, ownerId });
            if ((await apiTokens.countLive(token.ownerId, NEW_YEAR)) < 3) await apiTokens.save(token);
          });
        await Promise.all(Array.from({ length: 10 }, (_, n) => add(n + 1)));
        assert.equal((await ids(stores)).length, 3);
      });
    }

    it('keeps the latest use, and no version changes with it', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken());
      await save(stores, aToken({ id: anId(0x7002), secret: 2 }));
      const use = (at: Instant, ip: string, id = aToken().id) =>
        stores.unitOfWork.run(({ apiTokens }) =>
          apiTokens.touchLastUsed([
            { id: UNKNOWN, at, ip },
            { id, at, ip },
          ]),
        );
      await use(after(2_000), '192.0.2.7');
      await use(after(1_000), '192.0.2.8');
      const read = async () => {
        const { lastUsedAt, lastUsedIp, version } = await stored(stores);
        return [lastUsedAt, lastUsedIp, version];
      };
      assert.deepEqual(await read(), [after(2_000), '192.0.2.7', 1]);
      await use(after(3_000), '2001:db8::1');
      assert.deepEqual(await read(), [after(3_000), '2001:db8::1', 1]);
      assert.equal((await stored(stores, ApiTokenId.parse(anId(0x7002)))).lastUsedAt, null);
    });

    it('leaves the last use alone when a token is saved that was read before it', async () => {
      await using stores = await openWithUser(open);
      await save(stores, aToken());
      const token = await lock(stores, aToken().id);
      const use = { id: token.id, at: after(1_000), ip: '192.0.2.7' };
      await stores.unitOfWork.run(({ apiTokens }) => apiTokens.touchLastUsed([use]));
      await save(stores, token.change({ name: 'deployment' }));
      const { name, lastUsedAt, lastUsedIp } = await stored(stores);
      assert.deepEqual([name, lastUsedAt, lastUsedIp], ['deployment', after(1_000), '192.0.2.7']);
    });
  });
};

const openWithUser = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(({ users }) => users.save(aUser()));
  return stores;
};

const save = ({ unitOfWork }: OpenStores, token: ApiToken) => unitOfWork.run(({ apiTokens }) => apiTokens.save(token));

const lock = ({ unitOfWork }: OpenStores, id: ApiTokenId) => unitOfWork.run(({ apiTokens }) => apiTokens.lock(id));

const stored = async ({ apiTokenQueries }: OpenStores, id = aToken().id) =>
  (await apiTokenQueries.get(id)).token.toSnapshot();

const ids = async ({ apiTokenQueries }: OpenStores) => (await apiTokenQueries.list()).map(({ token }) => token.id);
