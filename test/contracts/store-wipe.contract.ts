import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { aToken } from '../builders/api-token-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aFingerprint, aLicense } from '../builders/license-builder.ts';
import { aPasswordReset } from '../builders/password-reset-builder.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { aSigningKey } from '../builders/signing-key-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const ATTEMPT = { key: 'login:ada', windowMs: 60_000 };
const CLAIM = {
  at: NEW_YEAR,
  leaseUntil: Instant.plusMs(NEW_YEAR, 1),
  latestDue: Instant.plusMs(NEW_YEAR, 1),
  limit: 10,
};

/** What every StoreWipe promises. */
export const storeWipeContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`StoreWipe contract: ${adapter}`, () => {
    it('leaves nothing of anything', async () => {
      await using stores = await open();
      await fill(stores);
      await stores.wipe.wipe();

      assert.equal(await stores.users.isEmpty(), true);
      assert.deepEqual(await stores.userQueries.list({ limit: 10 }), []);
      assert.deepEqual(await stores.sessionQueries.list(allSessionsOf(aUser().id)), []);
      assert.equal(await stores.sessionQueries.findByToken(aSession().toSnapshot().tokenHash), undefined);
      const { tokenHash } = aPasswordReset().toSnapshot();
      assert.equal(await stores.unitOfWork.run(({ passwordResets }) => passwordResets.take(tokenHash)), undefined);
      const [counted] = await stores.unitOfWork.run(({ attempts }) => attempts.count([ATTEMPT], NEW_YEAR));
      assert.equal(counted?.count, 1);
      assert.deepEqual(await stores.unitOfWork.run(({ outbox }) => outbox.claim(CLAIM)), []);
      assert.deepEqual(await stores.licenseQueries.list({ at: NEW_YEAR, limit: 10 }), []);
      assert.deepEqual(await stores.licenseQueries.listActivations({ licenseId: aLicense().id, limit: 10 }), []);
      assert.deepEqual(await stores.apiTokenQueries.list(), []);
      assert.deepEqual(await stores.signingKeyQueries.listPublished(NEW_YEAR), []);
    });

    it('leaves a store that can be used at once', async () => {
      await using stores = await open();
      await fill(stores);
      await stores.wipe.wipe();
      assert.deepEqual(await stores.health.problems(), []);
      await fill(stores);
      assert.equal((await stores.userQueries.list({ limit: 10 })).length, 1);
    });

    it('waits for the running unit of work, and deletes its rows too', async () => {
      await using stores = await open();
      const { promise: underWay, resolve: begin } = Promise.withResolvers<void>();
      const filling = fill(stores, begin);
      await underWay;
      await stores.wipe.wipe();
      await filling;
      assert.equal(await stores.users.isEmpty(), true);
    });
  });
};

const fill = ({ unitOfWork }: OpenStores, onFirst = () => {}): Promise<void> =>
  unitOfWork.run(async ({ users, sessions, passwordResets, attempts, outbox, ...rest }) => {
    await users.save(aUser());
    // The result of a read: a write may travel with the statement after it.
    await users.find(aUser().id);
    onFirst();
    await sessions.add(aSession());
    await passwordResets.put(aPasswordReset());
    await attempts.count([ATTEMPT], NEW_YEAR);
    await outbox.add(anId(1), { kind: 'welcome', to: 'ada@example.com' }, NEW_YEAR);
    await rest.licenses.save(aLicense());
    const seat = { licenseId: aLicense().id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };
    await rest.activations.put(seat);
    await rest.apiTokens.save(aToken());
    await rest.signingKeys.add(aSigningKey());
  });
