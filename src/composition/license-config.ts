import type { LicenseFileRules } from '../application/license/check-out-license.ts';
import type { Secret } from '../domain/shared/secret.ts';
import type { SettingReader } from './setting-reader.ts';

export type LicenseConfig = Readonly<{
  /** What signing keys are sealed with; `undefined`: not set. */
  keySecret: Secret | undefined;
  fileRules: LicenseFileRules;
  /** From one network. */
  validationsPerMinute: number;
}>;

const SHORTEST_SECRET = 32;
const LONGEST_TTL_DAYS = 3_650;
const DAY_MS = 86_400_000;

export const licenseConfig = (read: SettingReader): LicenseConfig => {
  const keySecret = read.secret('LICENSE_KEY_SECRET');
  if (keySecret !== undefined && keySecret.reveal().length < SHORTEST_SECRET) {
    read.faults.push(`LICENSE_KEY_SECRET must be at least ${SHORTEST_SECRET} characters long.`);
  }
  const issuer = read.text('LICENSE_ISSUER') ?? '';
  if (issuer.length > 200 || /\s|\p{Cc}/u.test(issuer)) {
    read.faults.push('LICENSE_ISSUER must be a name or a URL of at most 200 characters without spaces.');
  }
  const defaultTtlMs = read.duration('LICENSE_FILE_TTL');
  const longestTtlMs = read.duration('LICENSE_FILE_MAX_TTL');
  if (defaultTtlMs > longestTtlMs) read.faults.push('LICENSE_FILE_TTL must not be longer than LICENSE_FILE_MAX_TTL.');
  if (longestTtlMs > LONGEST_TTL_DAYS * DAY_MS) {
    read.faults.push(`LICENSE_FILE_MAX_TTL must be at most ${LONGEST_TTL_DAYS}d.`);
  }
  return {
    keySecret,
    fileRules: { issuer, defaultTtlMs, longestTtlMs },
    validationsPerMinute: read.wholeNumber('VALIDATE_LIMIT', 1, 100_000_000),
  };
};
