import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { good, type Instance, type NewDatabase, startTogether, until } from './two-instances.ts';

const PER_INSTANCE = 60;

type Head = Readonly<{ seq: number; hash: string; unsealed: number }>;

const headOf = (instance: Instance): Promise<Head> => good<Head>(instance.call('GET', '/audit/head'));

/** Creates users, several at a time. @returns how many were created before the instance was gone */
const createUsers = async (instance: Instance, name: string): Promise<number> => {
  const answers = Array.from({ length: PER_INSTANCE }, (_, n) =>
    instance.call('POST', '/users', { json: { email: `${name}${n}@example.com` } }).catch(() => undefined),
  );
  return (await Promise.all(answers)).filter((answer) => answer?.status === 201).length;
};

/** All instances write to one log, and any of them seals it. */
export const sharedAuditLog = (kind: string, newDatabase: () => Promise<NewDatabase>): void => {
  describe(`The audit log of two instances on one database: ${kind}`, { timeout: 600_000 }, () => {
    it('is one chain without gaps while both write and seal, and one is killed', async () => {
      await using database = await newDatabase();
      await using instances = await startTogether(database, [{}, {}]);
      const [one, other] = instances as unknown as [Instance, Instance];
      assert.deepEqual(await Promise.all([createUsers(one, 'a'), createUsers(other, 'b')]), [
        PER_INSTANCE,
        PER_INSTANCE,
      ]);
      // Both have sealed by now, or are about to.
      await until(async () => (await headOf(one)).seq > 0);
      const created = createUsers(other, 'c');
      await one.kill();
      assert.equal(await created, PER_INSTANCE);
      await until(async () => (await headOf(other)).unsealed === 0);
      const { seq, hash } = await headOf(other);
      assert.equal(seq, 3 * PER_INSTANCE, 'one entry for each account');
      const { code, out } = await instances.cli(['audit', 'verify', '--head', `${seq}:${hash}`]);
      assert.deepEqual([code, out], [0, `The audit log is intact: ${seq} entries up to ${seq}:${hash}\n`]);
    });
  });
};
