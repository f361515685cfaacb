import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';

describe('settings of the process', () => {
  it('take one worker with a store in memory, and no more', () => {
    assert.deepEqual(faultsOf({ WORKERS: '1', DATABASE_URL: 'memory:' }), []);
    assert.deepEqual(faultsOf({ WORKERS: '2' }), []);
    for (const DATABASE_URL of ['memory:', 'file::memory:']) {
      assert.deepEqual(faultsOf({ WORKERS: '2', DATABASE_URL }), [
        'WORKERS must be 1 with a store in memory, else each would have a store of its own.',
      ]);
    }
  });

  it('leave half of the time to stop for what runs', () => {
    assert.deepEqual(faultsOf({ SHUTDOWN_GRACE: '10s', SHUTDOWN_DELAY: '5s' }), []);
    assert.deepEqual(faultsOf({ SHUTDOWN_GRACE: '10s', SHUTDOWN_DELAY: '6s' }), [
      'SHUTDOWN_DELAY must be at most half of SHUTDOWN_GRACE.',
    ]);
  });
});
