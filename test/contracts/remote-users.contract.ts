import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RemoteUsers } from '../../src/ports/remote-users.ts';

type OpenIntake = AsyncDisposable & Readonly<{ intake: RemoteUsers; names: () => Promise<readonly (string | null)[]> }>;

/** What every UserIntake promises. `names` are those of the people in the house, in the order they came. */
export const remoteUsersContract = (adapter: string, open: () => Promise<OpenIntake>): void => {
  describe(`UserIntake contract: ${adapter}`, () => {
    it('takes people in under the names they have, in any script', async () => {
      await using house = await open();
      const names = ['Ada Lovelace', "Rufina Drob'yazko", 'آرمین کریمی'];
      for (const [nth, name] of names.entries()) {
        assert.equal(await house.intake.create({ name, email: `${nth}@example.com` }), 'created');
      }
      assert.deepEqual(await house.names(), names);
    });

    it('tells that somebody has the address, whatever its case', async () => {
      await using house = await open();
      await house.intake.create({ name: 'Ada', email: 'ada@example.com' });
      assert.equal(await house.intake.create({ name: 'Ada', email: 'ADA@example.com' }), 'email-taken');
      assert.deepEqual(await house.names(), ['Ada']);
    });

    it('tells that a name or an address cannot be used', async () => {
      await using house = await open();
      assert.equal(await house.intake.create({ name: 'Ada', email: 'no address' }), 'unusable');
      assert.equal(await house.intake.create({ name: 'Line\nbreak', email: 'ada@example.com' }), 'unusable');
      assert.equal(await house.intake.create({ name: 'Half \ud800', email: 'ada@example.com' }), 'unusable');
      assert.deepEqual(await house.names(), []);
    });
  });
};
