import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crashTest } from './crash-test.ts';

// `npm run crash-test` does it two hundred times.
describe('A service that is killed while several write', { timeout: 600_000 }, () => {
  it('has kept all it acknowledged, in a sound file, and every letter arrives', async (t) => {
    const report = await crashTest({ rounds: 3, seed: 'smoke' });
    t.diagnostic(JSON.stringify(report));
    assert.equal(report.rounds, 3);
    assert.ok(report.acknowledged > 0);
    assert.ok(report.letters > 0);
  });
});
