import assert from 'node:assert/strict';
import type { Environment } from '../../src/composition/config/config.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { ConfigError } from '../../src/composition/config/setting-types.ts';

/** What is wrong with these settings, a sentence each. */
export const faultsOf = (env: Environment, options?: Readonly<{ wipeFirst: boolean }>): readonly string[] => {
  try {
    readConfig(env, options);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.messages;
  }
};
