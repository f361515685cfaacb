import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RemoteUsers } from '../../src/ports/remote-users.ts';

type OpenIntake = AsyncDisposable & Readonly<{ intake: RemoteUsers; names: () => Promise<readonly (string | null)[]> }>;

/** What every RemoteUsers promises. `names` are those of the people in the server, in the order they came. */
export const remoteUsersContract = (adapter: string, open: () => Promise<OpenIntake>): void => {
  describe(`RemoteUsers contract: ${adapter}`, () => {
    it('takes people in under the names they have, in any script', async () => {
      await using server = await open();
      const names = ['Ada Lovelace', "Rufina Drob'yazko", 'آرمین کریمی'];
      for (const [nth, name] of names.entries()) {
        assert.equal(await server.intake.create({ name, email: `${nth}@example.com` }), 'created');
      }
      assert.deepEqual(await server.names(), names);
    });

    it('reports that the address is taken, whatever its case', async () => {
      await using server = await open();
      await server.intake.create({ name: 'Ada', email: 'ada@example.com' });
      assert.equal(await server.intake.create({ name: 'Ada', email: 'ADA@example.com' }), 'email-taken');
      assert.deepEqual(await server.names(), ['Ada']);
    });

    it('reports an unusable name or address', async () => {
      await using server = await open();
      assert.equal(await server.intake.create({ name: 'Ada', email: 'no address' }), 'unusable');
      assert.equal(await server.intake.create({ name: 'Line\nbreak', email: 'ada@example.com' }), 'unusable');
      assert.equal(await server.intake.create({ name: 'Half \ud800', email: 'ada@example.com' }), 'unusable');
      assert.deepEqual(await server.names(), []);
    });
  });
};
