import type { Activation } from '../domain/license/activation.ts';
import type { Fingerprint } from '../domain/license/fingerprint.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { Instant } from '../domain/shared/instant.ts';

/** The activated machines. The license enforces the limit; its count is saved in the same unit of work. */
export interface ActivationRepository {
  find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined>;

  /** Adds the activation, or replaces that of the same machine. */
  put(activation: Activation): Promise<void>;

  /** Sets the time of the last validation from these machines, unless it is later already. Skips those without a seat. */
  touchLastSeen(seats: readonly Pick<Activation, 'licenseId' | 'fingerprint'>[], at: Instant): Promise<void>;

  /** Does nothing where there is no such activation. */
  remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void>;
}
