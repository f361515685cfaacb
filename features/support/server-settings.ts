import type { Environment } from '../../src/composition/config/config.ts';
import { ADMIN_KEY } from '../../test/http/test-app.ts';

/** Cheap hashes, no sample users, and no account that needs a second factor. */
const ANY = {
  ARGON2_MEMORY_KIB: '64',
  ARGON2_TIME_COST: '1',
  SAMPLE_USERS: 'off',
  DOCS: 'off',
  LOG_LEVEL: 'silent',
  REQUIRE_MFA: 'off',
};

/** The kinds of server in the features. */
export const SERVERS = {
  production: { ...ANY, NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY },
  /** Issues license files. */
  selling: { ...ANY, NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, LICENSE_KEY_SECRET: 's'.repeat(32) },
  /** Keeps second factors. */
  sealing: { ...ANY, NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, SEALING_KEY: 'k'.repeat(32) },
  /** With open administration. */
  development: { ...ANY, NODE_ENV: 'development' },
  administeredDevelopment: { ...ANY, NODE_ENV: 'development', ADMIN_API_KEY: ADMIN_KEY },
} as const satisfies Record<string, Environment>;

export const WITH_SAMPLE_USERS = { SAMPLE_USERS: 'on' };

export const STRONGER_HASHING = { ARGON2_MEMORY_KIB: '128', ARGON2_TIME_COST: '2' };
