import { readFile } from 'node:fs/promises';
import { JoseLicenseFileReader } from '../../adapters/driven/license-files/jose-license-file-reader.ts';
import { readJwks } from '../../adapters/driven/license-files/jwks-source.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import type { LicenseFileCheck } from '../../adapters/driving/cli/license-deps.ts';
import { VerifyLicenseFile } from '../../application/license/verify-license-file.ts';
import type { LicenseFileClaims } from '../../domain/license/license-file.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';

/** Needs neither settings nor a store. */
export const verifyLicenseFile = async (check: LicenseFileCheck): Promise<LicenseFileClaims> => {
  const { file, keys, fingerprint, product } = check;
  const verify = new VerifyLicenseFile({ licenseFileReader: new JoseLicenseFileReader(), clock: new SystemClock() });
  return verify.execute({ file: await licenseFileIn(file), keys: await readJwks(keys), fingerprint, product });
};

/** A JWT, or the answer of the checkout as it came, for who has kept that. */
const licenseFileIn = async (path: string): Promise<string> => {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new DomainError('license-file.refused', `The file ${path} cannot be read.`, { cause });
  }
  if (!text.startsWith('{')) return text;
  try {
    return String((JSON.parse(text) as { license_file?: unknown }).license_file);
  } catch (cause) {
    throw new DomainError('license-file.refused', `The file ${path} holds no license file.`, { cause });
  }
};
