import type { LicenseFileRules } from '../../application/license/check-out-license.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { SettingReader } from './setting-reader.ts';

export type LicenseConfig = Readonly<{
  /** What signing keys are sealed with; `undefined`: not set. */
  keySecret: Secret | undefined;
  fileRules: LicenseFileRules;
  /** From one network. */
  validationsPerMinute: number;
}>;

const SECRET = /^[!-~]{32,512}$/;
const ISSUER = /^[^\s\p{Cc}]{1,200}$/u;

export const licenseConfig = (read: SettingReader): LicenseConfig => {
  const keySecret = read.secret('LICENSE_KEY_SECRET');
  if (keySecret !== undefined && !SECRET.test(keySecret.reveal())) {
    const sentence = 'LICENSE_KEY_SECRET must be 32 to 512 ASCII letters, digits and marks, without spaces.';
    read.refuse('LICENSE_KEY_SECRET', sentence);
  }
  const issuer = read.text('LICENSE_ISSUER') ?? '';
  if (!ISSUER.test(issuer)) {
    read.refuse('LICENSE_ISSUER', 'LICENSE_ISSUER must be a name or a URL of at most 200 characters without spaces.');
  }
  const defaultTtlMs = read.duration('LICENSE_FILE_TTL');
  const maxTtlMs = read.duration('LICENSE_FILE_MAX_TTL');
  if (defaultTtlMs > maxTtlMs) {
    read.refuse('LICENSE_FILE_MAX_TTL', 'LICENSE_FILE_MAX_TTL must be at least LICENSE_FILE_TTL.');
  }
  return {
    keySecret,
    fileRules: { issuer, defaultTtlMs, maxTtlMs },
    validationsPerMinute: read.wholeNumber('VALIDATE_LIMIT', 1, 1_000_000),
  };
};
