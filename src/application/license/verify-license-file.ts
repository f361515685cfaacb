import { assertLicenseFileValid } from '../../domain/license/license-file.ts';
import { Product } from '../../domain/license/product.ts';
import type { SignedLicenseFile } from '../../ports/license-file-reader.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

export type VerifyLicenseFileCommand = Readonly<{
  file: string;
  /** A JWKS (RFC 7517). */
  keys: unknown;
  fingerprint?: string | undefined;
  product?: string | undefined;
}>;

/** Verifies a license file offline, as an application does. */
export class VerifyLicenseFile extends UseCase<
  Pick<Ports, 'licenseFileReader' | 'clock'> & {
    /** Tolerance for a clock that differs from that of the server. */
    leewayMs: number;
  }
> {
  /** @throws {DomainError} license-file.refused, with all reasons */
  async execute({ file, keys, fingerprint, product }: VerifyLicenseFileCommand): Promise<SignedLicenseFile> {
    const { licenseFileReader, clock, leewayMs } = this.deps;
    const signed = await licenseFileReader.read(file, keys);
    const wanted = product === undefined ? undefined : Product.normalize(product);
    assertLicenseFileValid(signed.claims, { fingerprint, product: wanted, leewayMs }, clock.now());
    return signed;
  }
}
