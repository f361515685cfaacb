import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crashTest } from './crash-test.ts';

// `npm run crash-test` repeats it two hundred times.
describe('A service that is killed under concurrent writes', { timeout: 600_000 }, () => {
  it('has every acknowledged write in an intact file, and sends every email', async (t) => {
    const report = await crashTest({ rounds: 3, seed: 'smoke' });
    t.diagnostic(JSON.stringify(report));
    assert.equal(report.rounds, 3);
    assert.ok(report.acknowledged > 0);
    assert.ok(report.emails > 0);
  });
});
