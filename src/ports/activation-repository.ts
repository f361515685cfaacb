import type { Activation } from '../domain/license/activation.ts';
import type { Fingerprint } from '../domain/license/fingerprint.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { Instant } from '../domain/shared/instant.ts';

/** Identifies the activation of a machine. */
export type Seat = Pick<Activation, 'licenseId' | 'fingerprint'>;

/** The activated machines. The license enforces the limit; its count is saved in the same unit of work. */
export interface ActivationRepository {
  find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined>;

  /** Adds the activation, or replaces that of the same machine. */
  put(activation: Activation): Promise<void>;

  /**
   * Sets the time of the last validation from each machine, unless it is later already. Skips those without a seat. Once in
   * a unit of work, with all times: rows are locked in one order.
   */
  touchLastSeen(times: ReadonlyMap<Instant, readonly Seat[]>): Promise<void>;

  /** Does nothing where there is no such activation. */
  remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void>;
}
