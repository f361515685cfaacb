import type { LicenseFileClaims } from '../domain/license/license-file.ts';

/** Reads license files as an application would, with public keys and nothing of ours. */
export interface LicenseFileReader {
  /**
   * Checks the signature and what kind of thing it is. Not yet whether it is good now, or here.
   * @param keys a JWKS (RFC 7517)
   * @throws {DomainError} license-file.refused
   */
  read(file: string, keys: unknown): Promise<LicenseFileClaims>;
}
