import assert from 'node:assert/strict';
import type { Environment } from '../../src/composition/config/config.ts';
import { ConfigError, readConfig } from '../../src/composition/config/config.ts';

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
