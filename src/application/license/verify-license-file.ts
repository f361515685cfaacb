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
  readonly #deps: { licenseFileReader: LicenseFileReader; clock: Clock };

  constructor(deps: { licenseFileReader: LicenseFileReader; clock: Clock }) {
    this.#deps = deps;
  }

  /** @throws {DomainError} license-file.refused, with all reasons */
  async execute({ file, keys, fingerprint, product }: VerifyLicenseFileCommand): Promise<LicenseFileClaims> {
    const claims = await this.#deps.licenseFileReader.read(file, keys);
    assertLicenseFileValid(claims, { fingerprint, product }, this.#deps.clock.now());
    return claims;
  }
}
