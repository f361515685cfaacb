import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anId } from '../../../../../test/builders/ids.ts';
import { aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { openSqliteStores } from '../../../../../test/contracts/open-stores.ts';
import { withTurns } from '../../../../../test/doubles/event-loop-turns.ts';

const LICENSES = 601;

it('On SQLite other requests are served while many licenses of one owner are marked or removed', async () => {
  await using stores = await openSqliteStores();
  const { id } = aUser();
  await stores.unitOfWork.run(async ({ users, licenses }) => {
    await users.save(aUser());
    for (let nth = 1; nth <= LICENSES; nth += 1) await licenses.save(aLicense({ id: anId(nth), key: aKey(nth) }));
  });
  const turnsOf = async (work: Parameters<typeof stores.unitOfWork.run<number>>[0]) => {
    // The turns before the unit of work and after it are not those of the work.
    const { result, turns } = await stores.unitOfWork.run((all) => withTurns(() => work(all)));
    assert.equal(result, LICENSES);
    return turns;
  };
  assert.ok((await turnsOf(({ licenses }) => licenses.markOwnerBanned(id, true))) >= 3);
  assert.ok((await turnsOf(async ({ users }) => (await users.remove(id)).licenses)) >= 3);
});
