import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import type { UnitOfWork, UnitOfWorkOptions } from '../../ports/unit-of-work.ts';
import { Throttle } from '../throttle/throttle.ts';
import { DeleteUser } from './delete-user.ts';

it('A user with any number of licenses is deleted in a long unit of work', async () => {
  const stores = new MemoryStores();
  await stores.run(({ users }) => users.save(aUser()));
  const taken: (UnitOfWorkOptions | undefined)[] = [];
  const unitOfWork: UnitOfWork = {
    run(work, options) {
      taken.push(options);
      return stores.run(work);
    },
  };
  const [idGenerator, securityLog] = [new Uuidv7Ids(), new MemorySecurityLog()];
  const deps = { unitOfWork, idGenerator, securityLog, clock: new FixedClock(NEW_YEAR) };
  const throttle = new Throttle({ ...deps, tokenHasher: new Sha256TokenHasher(), isOn: true });
  const deleteUser = new DeleteUser({ ...deps, throttle, confirmedOnly: false, refusesSamples: false });
  const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' };
  await deleteUser.execute({ caller: Caller.system('cli'), userId: aUser().id, client });
  assert.deepEqual(taken, [{ isLong: true }]);
});
