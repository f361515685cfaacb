import type { LicenseFileClaims } from '../domain/license/license-file.ts';

/** @property payload the same claims, as the file spells them */
export type SignedLicenseFile = Readonly<{ claims: LicenseFileClaims; payload: object }>;

/** Reads license files as an application does, with public keys only. */
export interface LicenseFileReader {
  /**
   * Checks the signature and the type of the file. Does not check its validity in time or its machine.
   * @param keys a JWKS (RFC 7517)
   * @throws {DomainError} license-file.refused
   */
  read(file: string, keys: unknown): Promise<SignedLicenseFile>;
}
