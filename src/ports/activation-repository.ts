import type { Activation } from '../domain/license/activation.ts';
import type { Fingerprint } from '../domain/license/fingerprint.ts';
import type { LicenseId } from '../domain/license/license-id.ts';

/**
 * Which machines have a seat. How many may is for the license to say, and its count is saved in the same unit of work.
 *
 * Every adapter passes test/contracts/activation-repository.contract.ts.
 */
export interface ActivationRepository {
  find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined>;

  /** Adds, or replaces that of the same machine. */
  put(activation: Activation): Promise<void>;

  /** Removing what is not there is harmless. */
  remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void>;
}
