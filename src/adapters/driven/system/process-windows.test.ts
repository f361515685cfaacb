import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestWindowsContract } from '../../../../test/contracts/request-windows.contract.ts';
import { ProcessWindows } from './process-windows.ts';

requestWindowsContract('process', () => new ProcessWindows());

describe('ProcessWindows', () => {
  it('drops windows that have ended before those that have not', () => {
    const windows = new ProcessWindows({ maxSubjects: 3 });
    for (const subject of ['a', 'b', 'c']) windows.count(subject, 1_000, 0);
    windows.count('c', 1_000, 1_500);
    windows.count('d', 1_000, 1_500);
    assert.equal(windows.count('c', 1_000, 1_600).count, 2);
    assert.equal(windows.count('d', 1_000, 1_600).count, 2);
  });

  it('ASVS 15.2.2: keeps no more windows than its limit, the newest ones', () => {
    const windows = new ProcessWindows({ maxSubjects: 100 });
    for (let nth = 0; nth < 100_000; nth += 1) windows.count(`network-${nth}`, 60_000, nth / 1_000);
    assert.equal(windows.count('network-99999', 60_000, 100).count, 2);
    assert.equal(windows.count('network-99901', 60_000, 100).count, 2);
    assert.equal(windows.count('network-99000', 60_000, 100).count, 1);
  });
});
