import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { readConfig } from './config.ts';

const DAY_MS = 86_400_000;

describe('The settings of licenses', () => {
  it('have defaults', () => {
    const { keySecret, ...rest } = readConfig({}).licenses;
    assert.equal(keySecret, undefined);
    assert.deepEqual(rest, {
      fileRules: { issuer: 'guildhall', defaultTtlMs: 7 * DAY_MS, maxTtlMs: 30 * DAY_MS },
      validationsPerMinute: 600,
    });
  });

  it('let a file live by default no longer than it may', () => {
    assert.deepEqual(faultsOf({ LICENSE_FILE_TTL: '31d' }), [
      'LICENSE_FILE_MAX_TTL must be at least LICENSE_FILE_TTL.',
    ]);
    assert.deepEqual(faultsOf({ LICENSE_FILE_TTL: '400d', LICENSE_FILE_MAX_TTL: '400d' }), []);
  });

  it('do not repeat a secret that is too short', () => {
    assert.ok(!faultsOf({ LICENSE_KEY_SECRET: 'hush' }).join(' ').includes('hush'));
  });
});
