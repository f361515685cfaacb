import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DerivedKeySealer } from '../../src/adapters/driven/encryption/derived-key-sealer.ts';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { CheckSealingKey } from '../../src/application/system/check-sealing-key.ts';
import { ResealValues } from '../../src/application/system/reseal-values.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { PortError } from '../../src/ports/port-error.ts';
import type { Sealer } from '../../src/ports/sealer.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aSecondFactor } from '../builders/second-factor-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import { OPEN_STORES, type OpenStores, openMemoryStores } from './open-stores.ts';

const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map(
  (name) => new Secret(`the ${name} secret of this test`),
);
const CLIENT = { ip: 'command line', userAgent: 'guildhall', requestId: 'command line' };

const sealer = (current?: Secret, old?: Secret): Sealer => new DerivedKeySealer(() => ({ current, old }));
const keyIdOf = (secret?: Secret) => sealer(secret).keyIds().current;
const seedOf = (n: number) => `SEED${n}`;
const placeOf = (n: number) => ({ table: 'second_factors', column: 'seed', rowId: anId(n) }) as const;

/** Gives users from the `first` on a seed that is sealed with a key. */
const plant = ({ unitOfWork }: OpenStores, secret: Secret | undefined, first: number, count: number) =>
  unitOfWork.run(async ({ users, secondFactors }) => {
    for (let n = first; n < first + count; n += 1) {
      await users.save(aUser({ id: anId(n), email: `user${n}@example.com` }));
      const sealedSeed = sealer(secret).seal(new Secret(seedOf(n)), placeOf(n));
      await secondFactors.put(aSecondFactor({ userId: anId(n), sealedSeed }));
    }
  });

const seedsBy = ({ unitOfWork }: OpenStores, keys: Sealer, first: number, count: number) =>
  unitOfWork.run(async ({ secondFactors }) => {
    const seeds: string[] = [];
    for (let n = first; n < first + count; n += 1) {
      const factor = await secondFactors.find(UserId.parse(anId(n)));
      seeds.push(keys.open(String(factor?.sealedSeed), placeOf(n)).reveal());
    }
    return seeds;
  });

const recorded = ({ unitOfWork }: OpenStores) => unitOfWork.run(({ sealedValues }) => sealedValues.recordedKeyId());
const check = ({ unitOfWork }: OpenStores, keys: Sealer) => new CheckSealingKey({ unitOfWork, sealer: keys }).execute();
const reseal = ({ unitOfWork }: OpenStores, keys: Sealer, caller = Caller.system('cli')) =>
  new ResealValues({
    unitOfWork,
    sealer: keys,
    clock: new FixedClock(NEW_YEAR),
    idGenerator: new Uuidv7Ids(),
  }).execute({ caller, client: CLIENT });
const audited = ({ unitOfWork }: OpenStores) =>
  unitOfWork.run(async ({ audit }) =>
    (await audit.listUnsealed({ limit: 10 })).map((entry) => JSON.parse(entry.text) as Record<string, unknown>),
  );

for (const [store, open] of OPEN_STORES) {
  describe(`the check of the sealing key on ${store}`, () => {
    it('records the first key, and the next one where it opens every value', async () => {
      await using stores = await open();
      assert.deepEqual(await check(stores, sealer(FIRST)), { keyId: keyIdOf(FIRST), unopened: 0 });
      assert.equal(await recorded(stores), keyIdOf(FIRST));
      assert.deepEqual(await check(stores, sealer(SECOND)), { keyId: keyIdOf(SECOND), unopened: 0 });
      assert.equal(await recorded(stores), keyIdOf(SECOND));
    });

    it('counts the values of a lost key, with another key or none, and keeps the record of it', async () => {
      await using stores = await open();
      await check(stores, sealer(FIRST));
      await plant(stores, FIRST, 1, 3);
      assert.deepEqual(await check(stores, sealer(SECOND)), { keyId: keyIdOf(SECOND), unopened: 3 });
      assert.deepEqual(await check(stores, sealer()), { keyId: undefined, unopened: 3 });
      assert.equal(await recorded(stores), keyIdOf(FIRST));
      assert.deepEqual(await check(stores, sealer(SECOND, FIRST)), { keyId: keyIdOf(SECOND), unopened: 0 });
    });

    it('still counts where the old key was removed before the values were sealed again', async () => {
      await using stores = await open();
      await plant(stores, FIRST, 1, 2);
      await check(stores, sealer(SECOND, FIRST));
      assert.equal((await check(stores, sealer(SECOND))).unopened, 2);
    });
  });

  describe(`the resealing of values on ${store}`, () => {
    it('seals the values of the old key again, in batches, with an audit entry for each', async () => {
      await using stores = await open();
      await plant(stores, FIRST, 1, 401);
      await plant(stores, SECOND, 402, 2);
      const result = await reseal(stores, sealer(SECOND, FIRST));
      assert.deepEqual(result, { keyId: keyIdOf(SECOND), resealed: 401, unopened: 0 });
      const expected = Array.from({ length: 403 }, (_, index) => seedOf(index + 1));
      assert.deepEqual(await seedsBy(stores, sealer(SECOND), 1, 403), expected);
      assert.equal(await recorded(stores), keyIdOf(SECOND));
      const entries = await audited(stores);
      assert.deepEqual(
        entries.map(({ action, actor, subject, changes }) => ({ action, actor, subject, changes })),
        [200, 200, 1].map((after) => ({
          action: 'keys.resealed',
          actor: { kind: 'system', name: 'cli' },
          subject: { kind: 'store' },
          changes: [{ field: 'values', after }],
        })),
      );
      assert.equal((await reseal(stores, sealer(SECOND, FIRST))).resealed, 0);
      assert.equal((await audited(stores)).length, 3);
    });

    it('leaves and counts what neither key opens: values of another key, and damaged ones', async () => {
      await using stores = await open();
      await plant(stores, FIRST, 1, 3);
      await plant(stores, THIRD, 4, 2);
      await stores.unitOfWork.run(({ sealedValues }) => sealedValues.replace(placeOf(2), `${keyIdOf(FIRST)}.damaged`));
      const result = await reseal(stores, sealer(SECOND, FIRST));
      assert.deepEqual(result, { keyId: keyIdOf(SECOND), resealed: 2, unopened: 3 });
      assert.deepEqual(await seedsBy(stores, sealer(THIRD), 4, 2), [seedOf(4), seedOf(5)]);
      assert.equal(await recorded(stores), undefined);
    });
  });
}

describe('resealing', () => {
  it('is denied to every caller but the command line, and impossible without a key', async () => {
    await using stores = await openMemoryStores();
    await assert.rejects(reseal(stores, sealer(FIRST), Caller.root()), { code: 'access.forbidden' });
    const unavailable = { name: 'PortError', code: 'sealing.unavailable', messages: [/SEALING_KEY/] };
    const { messages: _, ...error } = unavailable;
    await assert.rejects(reseal(stores, sealer(undefined, FIRST)), error);
  });

  it('is possible again once a generated secret can be read; until then every value counts as unopened', async () => {
    await using stores = await openMemoryStores();
    await plant(stores, FIRST, 1, 1);
    const unreadable = new DerivedKeySealer(() => {
      throw new PortError('license-file.unavailable', 'of this test');
    });
    assert.deepEqual(await check(stores, unreadable), { keyId: undefined, unopened: 1 });
  });
});
