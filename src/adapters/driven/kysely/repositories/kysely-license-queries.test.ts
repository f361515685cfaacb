import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { KyselyLicenseQueries } from './kysely-license-queries.ts';

describe('KyselyLicenseQueries', () => {
  it('lists as many machines as there were, where a license is deleted while it reads', async () => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await migrateToLatest(db, migrations);
    await using stores = overDatabase(db);
    const licenses = [aLicense(), aLicense({ id: anId(2), key: aKey(2), userId: anId(2) })];
    await stores.unitOfWork.run(async (all) => {
      await all.users.save(aUser());
      await all.users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
      for (const license of licenses) {
        await all.licenses.save(license);
        const machine = { licenseId: license.id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };
        await all.activations.put(machine);
      }
    });
    const reading = db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await stores.unitOfWork.run(async ({ users }) => {
          if ((await users.find(aUser().id)) !== undefined) await users.remove(aUser().id);
        });
        return result;
      },
    });
    assert.equal((await new KyselyLicenseQueries(reading).listMachines({ limit: 2 })).length, 2);
    assert.equal((await stores.licenseQueries.listMachines({ limit: 2 })).length, 1);
  });
});
