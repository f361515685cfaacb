import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { migrations } from '../../migrations/migrations.ts';
import { good, type NewDatabase, startTogether } from './two-instances.ts';

/** The instances may start in any order. */
export const sharedStart = (kind: string, newDatabase: () => Promise<NewDatabase>): void => {
  describe(`Three instances that start at once on a new database: ${kind}`, { timeout: 600_000 }, () => {
    it('take each migration once, and create each sample user once', async () => {
      const settings = { SAMPLE_USERS: 'on', LOG_FORMAT: 'json' };
      for (let round = 0; round < 2; round += 1) {
        await using database = await newDatabase();
        await using instances = await startTogether(database, [{ settings }, { settings }, { settings }]);
        const lines = instances.flatMap((instance) => instance.said().trimEnd().split('\n'));
        const steps = lines.flatMap((line): string[] => JSON.parse(line).steps ?? []);
        assert.deepEqual(steps, Object.keys(migrations));
        for (const instance of instances) {
          assert.equal((await instance.call('GET', '/_ready')).status, 200);
          const people = await good<{ email: string }[]>(instance.call('GET', '/users'));
          assert.deepEqual(
            people.map(({ email }) => email),
            ['alice@example.com', 'bob@example.com', 'admin@example.com'],
          );
        }
      }
    });
  });
};
