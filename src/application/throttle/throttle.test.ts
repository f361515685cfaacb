import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Throttle } from './throttle.ts';

const NARROW = { name: 'narrow', limit: 2, windowMs: 1_000 };
const WIDE = { name: 'wide', limit: 4, windowMs: 1_000 };

describe('Throttle', () => {
  it('does not let one place use up the limit that holds for all places', async () => {
    const deps = { unitOfWork: new MemoryStores(), idGenerator: new Uuidv7Ids(), tokenHasher: new Sha256TokenHasher() };
    const throttle = new Throttle({ ...deps, securityLog: new MemorySecurityLog(), isOn: true });
    const from = (place: string) =>
      throttle.count(
        [
          { policy: NARROW, subject: `ada ${place}` },
          { policy: WIDE, subject: 'ada' },
        ],
        NEW_YEAR,
        { ip: '192.0.2.1', userAgent: '', requestId: 'r1' },
      );
    for (const _ of [1, 2]) await from('here');
    for (const _ of Array(20)) await assert.rejects(from('here'), { code: 'throttle.exceeded' });
    for (const _ of [3, 4]) await from('there');
    await assert.rejects(from('elsewhere'), { code: 'throttle.exceeded' });
  });

  it('finds no limit used up while it is off, whatever was counted before', async () => {
    const stores = new MemoryStores();
    const deps = { unitOfWork: stores, idGenerator: new Uuidv7Ids(), tokenHasher: new Sha256TokenHasher() };
    const [on, off] = [true, false].map(
      (isOn) => new Throttle({ ...deps, securityLog: new MemorySecurityLog(), isOn }),
    ) as [Throttle, Throttle];
    const attempt = { policy: NARROW, subject: 'ada' };
    for (const _ of [1, 2]) await on.count([attempt], NEW_YEAR, { ip: '192.0.2.1', userAgent: '', requestId: 'r1' });
    const isUsedUp = (throttle: Throttle) => stores.run((all) => throttle.isUsedUp(all, attempt, NEW_YEAR));
    assert.deepEqual([await isUsedUp(on), await isUsedUp(off)], [true, false]);
  });
});
