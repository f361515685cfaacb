import { assertLicenseFileValid, type LicenseFileClaims } from '../../domain/license/license-file.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LicenseFileReader } from '../../ports/license-file-reader.ts';

export type VerifyLicenseFileCommand = Readonly<{
  file: string;
  /** A JWKS (RFC 7517). */
  keys: unknown;
  fingerprint?: string | undefined;
  product?: string | undefined;
}>;

/** Verifies a license file offline, as an application does. */
export class VerifyLicenseFile {
  readonly #deps: { licenseFileReader: LicenseFileReader; clock: Clock; leewayMs: number };

  /** @param deps.leewayMs tolerance for a clock that differs from that of the server */
  constructor(deps: { licenseFileReader: LicenseFileReader; clock: Clock; leewayMs: number }) {
    this.#deps = deps;
  }

  /** @throws {DomainError} license-file.refused, with all reasons */
  async execute({ file, keys, fingerprint, product }: VerifyLicenseFileCommand): Promise<LicenseFileClaims> {
    const { licenseFileReader, clock, leewayMs } = this.#deps;
    const claims = await licenseFileReader.read(file, keys);
    assertLicenseFileValid(claims, { fingerprint, product, leewayMs }, clock.now());
    return claims;
  }
}
