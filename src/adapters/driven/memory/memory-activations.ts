import type { Activation } from '../../../domain/license/activation.ts';
import type { Fingerprint } from '../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import type { ActivationRepository } from '../../../ports/activation-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryActivations extends MemoryRepository implements ActivationRepository {
  async find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined> {
    return this.tables.activations.get(seatKey(licenseId, fingerprint));
  }

  async put(activation: Activation): Promise<void> {
    const { licenseId, fingerprint } = activation;
    if (!this.tables.licenses.has(licenseId)) throw new BrokenInvariant('An activation of an unknown license');
    this.tables.activations.set(seatKey(licenseId, fingerprint), { ...activation });
  }

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    this.tables.activations.delete(seatKey(licenseId, fingerprint));
  }
}

/** Neither part contains a space. */
const seatKey = (licenseId: LicenseId, fingerprint: Fingerprint): string => `${licenseId} ${fingerprint}`;
