import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withRetry } from './with-retry.ts';

const failing = (code: string, times: number) => {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw Object.assign(new Error(code), { code });
    return tries;
  };
};

describe('withRetry', () => {
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', '40001', '40P01']) {
    it(`tries again after ${code}, until it succeeds`, async () => {
      assert.equal(await withRetry(failing(code, 2)), 3);
    });
  }

  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY', '42501']) {
    it(`reports at once that the store is unavailable after ${code}`, async () => {
      await assert.rejects(withRetry(failing(code, 1)), { code: 'store.unavailable' });
    });
  }

  it('passes on what has nothing to do with other writers', async () => {
    await assert.rejects(withRetry(failing('SQLITE_CONSTRAINT_UNIQUE', 1)), { code: 'SQLITE_CONSTRAINT_UNIQUE' });
  });
});
