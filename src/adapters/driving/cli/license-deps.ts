import type { ChangeLicense } from '../../../application/license/change-license.ts';
import type { IssueLicense } from '../../../application/license/issue-license.ts';
import type { ReadLicense } from '../../../application/license/read-license.ts';
import type { RotateSigningKey } from '../../../application/license/rotate-signing-key.ts';
import type { ListUsers } from '../../../application/user/list-users.ts';
import type { LicenseFileClaims } from '../../../domain/license/license-file.ts';

/** What the commands about licenses ask for. */
export type LicenseCommands = Readonly<{
  changeLicense: ChangeLicense;
  issueLicense: IssueLicense;
  listUsers: ListUsers;
  readLicense: ReadLicense;
  rotateSigningKey: RotateSigningKey;
}>;

export type LicenseFileCheck = Readonly<{
  /** Path of the license file. */
  file: string;
  /** Path or URL of a JWKS. */
  keys: string;
  fingerprint?: string | undefined;
  product?: string | undefined;
}>;

export type LicenseDeps = Readonly<{
  /** Opens the store for `work` and closes it again. */
  withLicenses<T>(work: (useCases: LicenseCommands) => Promise<T>): Promise<T>;
  /** Needs neither settings nor a store nor a server. */
  verifyLicenseFile(check: LicenseFileCheck): Promise<LicenseFileClaims>;
}>;
