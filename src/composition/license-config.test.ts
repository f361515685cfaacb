import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

const DAY_MS = 86_400_000;

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.sentences;
  }
};

describe('The settings of licenses', () => {
  it('have defaults', () => {
    const { keySecret, ...rest } = readConfig({}).licenses;
    assert.equal(keySecret, undefined);
    assert.deepEqual(rest, {
      fileRules: { issuer: 'guildhall', defaultTtlMs: 7 * DAY_MS, longestTtlMs: 30 * DAY_MS },
      validationsPerMinute: 600,
    });
  });

  it('tell each fault by the name of its setting', () => {
    const faults: Record<string, Record<string, string>> = {
      LICENSE_KEY_SECRET: { LICENSE_KEY_SECRET: 's'.repeat(31) },
      LICENSE_ISSUER: { LICENSE_ISSUER: 'two words' },
      LICENSE_FILE_TTL: { LICENSE_FILE_TTL: '31d' },
      LICENSE_FILE_MAX_TTL: { LICENSE_FILE_MAX_TTL: '3651d' },
      VALIDATE_LIMIT: { VALIDATE_LIMIT: '0' },
    };
    for (const [name, env] of Object.entries(faults)) {
      const [sentence = '', ...more] = faultsOf(env);
      assert.ok(sentence.startsWith(`${name} must`) && more.length === 0, `${name}: ${sentence} ${more}`);
    }
    assert.deepEqual(faultsOf({ LICENSE_FILE_TTL: '3650d', LICENSE_FILE_MAX_TTL: '3650d' }), []);
  });

  it('do not repeat a secret that is too short', () => {
    assert.ok(!faultsOf({ LICENSE_KEY_SECRET: 'hush' }).join(' ').includes('hush'));
  });
});
